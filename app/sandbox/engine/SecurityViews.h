// Catalog views of principals and permissions, and what of every catalog view a login may see.
// Thread: any (pure).
#pragma once

#include "app/sandbox/engine/SystemViews.h"

namespace es::sandbox {

// Empty when it is none of these. `name` folded, with its schema.
[[nodiscard]] std::optional<SystemView> securityView(std::string_view name, SessionFacts& session);
// The permission at the server that a dynamic view wants: empty when it wants none. `name` folded, with its schema.
[[nodiscard]] std::string_view serverStateFor(std::string_view name, tsql::Profile profile);
// The view without the rows about objects and keys on which the login has no permission.
[[nodiscard]] SystemView restricted(SystemView view, std::string_view name, const SessionFacts& session);

} // namespace es::sandbox
