#include "driver/enclave/CounterWindow.h"

namespace es::enclave {

bool CounterWindow::accept(std::uint64_t counter)
{
    if (m_empty || counter > m_highest) {
        // What the window leaves behind is forgotten; a jump by a whole window forgets all.
        if (m_empty || counter - m_highest >= kSize) {
            m_seen.fill(0);
        } else {
            for (std::uint64_t passed = m_highest + 1; passed <= counter; ++passed)
                m_seen[word(passed)] &= ~bit(passed);
        }
        m_highest = counter;
        m_empty = false;
    } else if (m_highest - counter >= kSize || (m_seen[word(counter)] & bit(counter)) != 0) {
        return false;
    }
    m_seen[word(counter)] |= bit(counter);
    return true;
}

}  // namespace es::enclave
