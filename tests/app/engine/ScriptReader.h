// Scripts of the table-driven tests: batches parted by "~~", run one after the other on one session; the last one's answer counts.
#pragma once

#include "EngineFixture.h"

#include <QStringList>

namespace es::sandbox {

[[nodiscard]] inline Answer runScript(EngineFixture& lab, const QString& script)
{
    Answer last;
    for (const QString& batch : script.split(QStringLiteral("~~"), Qt::SkipEmptyParts))
        last = lab.run(batch.toStdString());
    return last;
}

// Everything that an answer says, in words: rows, then errors and messages as "!number" and "-text".
[[nodiscard]] inline QString wordsOf(const Answer& answer)
{
    QStringList out;
    for (const Answer::Set& set : answer.sets)
        for (const std::string& row : set.rows)
            out << QString::fromStdString(row);
    for (const base::ServerError& error : answer.errors)
        out << QStringLiteral("!") + QString::number(error.number);
    for (const base::ServerError& info : answer.infos)
        if (info.number != 5701) out << QStringLiteral("-") + QString::fromStdString(info.message);
    return out.join(QStringLiteral(" "));
}

} // namespace es::sandbox
