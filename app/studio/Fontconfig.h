#pragma once

#include <thread>

namespace es::studio {

/// Starts to read the desktop's font configuration on a thread of its own; the GUI thread needs it some ten milliseconds later. Reading it
/// takes 5 to 8 ms of a start, and fontconfig lets several threads ask at once: whoever comes first, the other finds it done.
/// The thread ends when the result does. Fontconfig is what Qt asks on desktops with X11 or Wayland; other systems have nothing to read.
std::jthread readFontConfiguration();

} // namespace es::studio
