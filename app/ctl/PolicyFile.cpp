#include "app/ctl/PolicyFile.h"

#include "driver/attestation/Policy.h"

#include <QFile>

namespace es::ctl {

base::Result<QByteArray> readWholeFile(const QString& path, qint64 largest, const char* setting)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return base::makeError(kBadUsage, path.toStdString() + " cannot be opened: " + file.errorString().toStdString() + ".", setting,
            "Check the path and who may read the file.");
    QByteArray content = file.read(largest + 1);
    if (content.size() > largest)
        return base::makeError(kBadUsage, path.toStdString() + " is too large for such a file.", setting, "Check that it is the right one.");
    return content;
}

base::Result<QString> readPolicyFile(const QString& path)
{
    constexpr qint64 kLargest = 1 << 20;
    ES_TRY(const QByteArray text, readWholeFile(path, kLargest, "policy"));
    if (auto policy = attestation::policyFromJson(text.toStdString()); !policy) {
        base::Error error = std::move(policy).error();
        error.setting = "policy";
        return error;
    }
    return QString::fromUtf8(text);
}

} // namespace es::ctl
