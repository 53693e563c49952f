#include "ui/query/TextFile.h"

#include <QFile>
#include <QSaveFile>

namespace es::ui {

using base::Result;

namespace {

constexpr qint64 kMaxBytes = qint64{256} << 20;

base::Error fileError(base::ErrorCode code, const QString& what, const char* remedy)
{
    return base::makeError(code, what.toStdString(), "file", remedy);
}

} // namespace

Result<TextFile> TextFile::read(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fileError(kFileUnreadable, path + QStringLiteral(" was not opened: ") + file.errorString(),
            "Check the path and its permissions.");
    if (file.size() > kMaxBytes)
        return fileError(kFileTooLarge, path + QStringLiteral(" is larger than 256 MiB."),
            "Run it with enclavectl, or split it at GO.");
    const QByteArray bytes = file.readAll();
    TextFile out;
    if (const auto marked = QStringConverter::encodingForData(bytes)) {
        out.encoding = *marked;
        out.byteOrderMark = true;
    }
    QStringDecoder decoder(out.encoding);
    out.text = decoder(bytes);
    if (decoder.hasError() && !out.byteOrderMark) {
        out.encoding = QStringConverter::Latin1;
        out.text = QString::fromLatin1(bytes);
    }
    out.crlf = out.text.contains(QLatin1String("\r\n"));
    if (out.crlf) out.text.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    return out;
}

Result<void> TextFile::write(const QString& path) const
{
    const auto refused = [&](const QString& why, const char* remedy) {
        return fileError(kFileNotSaved, path + QStringLiteral(" was not saved: ") + why, remedy);
    };
    QString content = text;
    if (crlf) content.replace(QLatin1Char('\n'), QLatin1String("\r\n"));
    QStringEncoder encoder(encoding, byteOrderMark ? QStringConverter::Flag::WriteBom : QStringConverter::Flag::Default);
    const QByteArray bytes = encoder(content);
    if (encoder.hasError())
        return refused(encodingName() + QStringLiteral(" cannot hold a character of this text."), "Save it under another name, as UTF-8.");
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return refused(file.errorString() + QLatin1Char('.'), "The old file is as it was. Free space or choose another place, then save again.");
    return {};
}

QString TextFile::encodingName() const
{
    switch (encoding) {
    case QStringConverter::Utf16LE: return QStringLiteral("UTF-16 LE");
    case QStringConverter::Utf16BE: return QStringLiteral("UTF-16 BE");
    case QStringConverter::Latin1: return QStringLiteral("Latin-1");
    default: return QString::fromLatin1(QStringConverter::nameForEncoding(encoding));
    }
}

} // namespace es::ui
