// The vocabulary of the protocol machines: they do no I/O. Whoever drives a machine (MachineLoop, a test) tells it what happened and
// does what it answers.
// Thread: session thread only.
#pragma once

#include "driver/base/Bytes.h"

#include <variant>

namespace es::session {

// What happened.
struct Started {};
struct Written {};                            // the whole WriteBytes went out
struct BytesArrived { base::ByteView bytes; };  // any piece of the stream, also one byte
struct TlsEstablished {};
struct CancelRequested {};                    // the person wants the statement to end
using Input = std::variant<Started, Written, BytesArrived, TlsEstablished, CancelRequested>;

// What to do next. `bytes` is valid until the next step.
struct WriteBytes { base::ByteView bytes; };
struct NeedBytes {};
struct StartTls {};
struct Finished {};
struct Failed { base::Error error; };
using Action = std::variant<WriteBytes, NeedBytes, StartTls, Finished, Failed>;

class Machine {
public:
    virtual ~Machine() = default;
    // First input: Started. After Finished or Failed no further call.
    [[nodiscard]] virtual Action step(const Input& input) = 0;
};

}  // namespace es::session
