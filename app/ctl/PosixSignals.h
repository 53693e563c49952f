// SIGINT and SIGTERM as a Qt signal: the first one asks to cancel, a second one ends the program as usual.
// Thread: main thread only; one object at a time.
#pragma once

#include <QObject>

class QSocketNotifier;

namespace es::ctl {

class PosixSignals : public QObject {
    Q_OBJECT
public:
    explicit PosixSignals(QObject* parent = nullptr);
    ~PosixSignals() override;

Q_SIGNALS:
    void interrupted();

private:
    QSocketNotifier* m_notifier = nullptr;
};

} // namespace es::ctl
