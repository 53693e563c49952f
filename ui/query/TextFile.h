// A script on disk: its text, and how it was written, so that saving changes nothing but the words.
// Thread: any (plain value).
#pragma once

#include "driver/base/Result.h"

#include <QString>
#include <QStringConverter>

namespace es::ui {

inline constexpr base::ErrorCode kFileUnreadable{"query", "FileUnreadable"};
inline constexpr base::ErrorCode kFileTooLarge{"query", "FileTooLarge"};
inline constexpr base::ErrorCode kFileNotSaved{"query", "FileNotSaved"};

struct TextFile {
    QString text; // lines end in \n
    QStringConverter::Encoding encoding = QStringConverter::Utf8;
    bool byteOrderMark = false;
    bool crlf = false;

    // A byte order mark decides the encoding, else UTF-8, else Latin-1. Errors: kFileUnreadable, kFileTooLarge (over 256 MiB).
    [[nodiscard]] static base::Result<TextFile> read(const QString& path);
    // Whole or not at all: the old file stays until the new one is complete. Errors: kFileNotSaved, also when the encoding cannot
    // hold a character of the text.
    [[nodiscard]] base::Result<void> write(const QString& path) const;
    [[nodiscard]] QString encodingName() const; // "UTF-8", "UTF-16 LE"
};

} // namespace es::ui
