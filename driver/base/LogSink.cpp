#include "driver/base/LogSink.h"

namespace es::base {

namespace {

class DiscardSink final : public LogSink {
public:
    void write(LogLevel, std::string_view, std::string_view) override {}
};

}  // namespace

LogSink& LogSink::discard()
{
    static DiscardSink sink;
    return sink;
}

}  // namespace es::base
