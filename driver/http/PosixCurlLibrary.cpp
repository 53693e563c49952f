#include "driver/http/CurlLibrary.h"

#include <dlfcn.h>

#include <optional>

namespace es::http {
namespace {

constexpr const char* kLibrary = "libcurl.so.4";

template <class Function>
bool find(void* library, const char* name, Function& function)
{
    function = reinterpret_cast<Function>(dlsym(library, name));
    return function != nullptr;
}

std::optional<CurlLibrary> load()
{
    void* library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);  // for good: nothing of it may go while a transfer runs
    if (library == nullptr) return std::nullopt;
    CurlLibrary curl;
    const bool whole = find(library, "curl_global_init", curl.global_init) && find(library, "curl_version_info", curl.version_info)
        && find(library, "curl_getdate", curl.getdate) && find(library, "curl_free", curl.free)
        && find(library, "curl_easy_init", curl.easy_init) && find(library, "curl_easy_setopt", curl.easy_setopt)
        && find(library, "curl_easy_getinfo", curl.easy_getinfo) && find(library, "curl_easy_cleanup", curl.easy_cleanup)
        && find(library, "curl_multi_init", curl.multi_init) && find(library, "curl_multi_add_handle", curl.multi_add_handle)
        && find(library, "curl_multi_remove_handle", curl.multi_remove_handle) && find(library, "curl_multi_perform", curl.multi_perform)
        && find(library, "curl_multi_poll", curl.multi_poll) && find(library, "curl_multi_wakeup", curl.multi_wakeup)
        && find(library, "curl_multi_info_read", curl.multi_info_read) && find(library, "curl_multi_cleanup", curl.multi_cleanup)
        && find(library, "curl_url", curl.url) && find(library, "curl_url_get", curl.url_get) && find(library, "curl_url_set", curl.url_set)
        && find(library, "curl_url_cleanup", curl.url_cleanup);
    if (!whole || curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return std::nullopt;
    return curl;
}

}  // namespace

const CurlLibrary* curlLibrary()
{
    static const std::optional<CurlLibrary> library = load();
    return library ? &*library : nullptr;
}

}  // namespace es::http
