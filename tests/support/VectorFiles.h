// Vector files as rows of a Qt Test table. The folder is tests/vectors, or the one that ES_VECTOR_DIR names; files may be missing there.
#pragma once

#include "driver/base/SecureBytes.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>

namespace es::testing {

inline QString vectorFolder()
{
    const QString other = qEnvironmentVariable("ES_VECTOR_DIR");
    return other.isEmpty() ? QStringLiteral(ES_SOURCE_DIR "/tests/vectors") : other;
}

// Empty when the file is missing. A file that is there and is no JSON ends the test program.
inline QByteArray vectorFileBytes(const QString& name)
{
    QFile file(QDir(vectorFolder()).filePath(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QJsonObject vectorFile(const QString& name)
{
    const QByteArray text = vectorFileBytes(name);
    if (text.isEmpty()) return {};
    QJsonParseError problem{};
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (!document.isObject()) qFatal("%s: %s", qPrintable(name), qPrintable(problem.errorString()));
    return document.object();
}

// For tests that need one as a prop and are not about vectors: the project's own, whatever ES_VECTOR_DIR says. It is always there.
inline QJsonObject ownVectorFile(const QString& name)
{
    QFile file(QStringLiteral(ES_SOURCE_DIR "/tests/vectors/") + name);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

inline base::Bytes bytesOf(const QJsonValue& hex)
{
    const QByteArray bytes = QByteArray::fromHex(hex.toString().toLatin1());
    return {bytes.begin(), bytes.end()};
}

inline base::SecureBytes secretOf(const QJsonValue& hex) { return base::SecureBytes(base::ByteView(bytesOf(hex))); }

// One row per element of the array `member` in each file, with the columns `vector` and `file`. Without any row: one that is empty,
// since Qt Test wants one; see ES_FETCH_VECTOR.
inline void addVectorRows(const QStringList& files, const QString& member = QStringLiteral("vectors"))
{
    QTest::addColumn<QJsonObject>("vector");
    QTest::addColumn<QJsonObject>("file");
    int rows = 0;
    for (const QString& name : files) {
        const QJsonObject file = vectorFile(name);
        for (const QJsonValue& vector : file[member].toArray()) {
            const QJsonObject object = vector.toObject();
            const QString id = object[QStringLiteral("id")].toString(object[QStringLiteral("name")].toString());
            QTest::addRow("%s #%d %s", qPrintable(name), rows++, qPrintable(id)) << object << file;
        }
    }
    if (rows == 0) {
        qInfo("no vectors in %s", qPrintable(files.join(QStringLiteral(", "))));
        QTest::newRow("none") << QJsonObject() << QJsonObject();
    }
}

// The same with whole files as rows.
inline void addVectorFileRows(const QStringList& files)
{
    QTest::addColumn<QJsonObject>("vector");
    for (const QString& name : files) {
        if (const QJsonObject file = vectorFile(name); !file.isEmpty()) QTest::addRow("%s", qPrintable(name)) << file;
    }
    if (std::none_of(files.begin(), files.end(), [](const QString& name) { return !vectorFile(name).isEmpty(); })) {
        qInfo("no vectors: none of %s", qPrintable(files.join(QStringLiteral(", "))));
        QTest::newRow("none") << QJsonObject();
    }
}

}  // namespace es::testing

// First line of a test over vectors: fetches `vector`, and is done if there is none.
#define ES_FETCH_VECTOR()                                                                                                                  \
    QFETCH(QJsonObject, vector);                                                                                                           \
    if (vector.isEmpty()) return
// Compares bytes and shows both in hex.
#define ES_COMPARE_BYTES(actual, expected)                                                                                                 \
    QCOMPARE(QString::fromStdString(es::base::toHex(actual)), QString::fromStdString(es::base::toHex(expected)))
// Fails with the error's words.
#define ES_VERIFY_OK(...)                                                                                                                  \
    do {                                                                                                                                   \
        const auto& esOutcome = (__VA_ARGS__);                                                                                             \
        QVERIFY2(esOutcome.has_value(), esOutcome.has_value() ? "" : esOutcome.error().describe().c_str());                                \
    } while (false)
