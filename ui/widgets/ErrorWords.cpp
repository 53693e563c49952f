#include "ui/widgets/ErrorWords.h"

#include <QCoreApplication>

namespace es::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ErrorWords", text);
}

// What a person can do about errors of this feature; the server's own words stand in Messages.
struct Remedy {
    int number;
    const char* title;
    const char* text;
};
constexpr Remedy kRemedies[] = {
    {206, QT_TRANSLATE_NOOP("ErrorWords", "The types or encryption of two values do not fit together"),
     QT_TRANSLATE_NOOP("ErrorWords", "An encrypted column takes a parameter of exactly its own type. Declare a variable with the column's type and "
                                     "switch Parameterize variables on.")},
    {402, QT_TRANSLATE_NOOP("ErrorWords", "An encrypted value is compared with one that is not"),
     QT_TRANSLATE_NOOP("ErrorWords", "Declare a variable with the column's type and switch Parameterize variables on.")},
    {33277, QT_TRANSLATE_NOOP("ErrorWords", "An encrypted column is used with a plain value"),
     QT_TRANSLATE_NOOP("ErrorWords", "Make the value a variable: DECLARE @x with the column's type, set by a literal; with Parameterize variables on "
                                     "it is encrypted before it leaves this machine.")},
    {33299, QT_TRANSLATE_NOOP("ErrorWords", "An encrypted column is used with a plain value"),
     QT_TRANSLATE_NOOP("ErrorWords", "Make the value a variable: DECLARE @x with the column's type, set by a literal; with Parameterize variables on "
                                     "it is encrypted before it leaves this machine.")},
    {33542, QT_TRANSLATE_NOOP("ErrorWords", "The column's collation is not BIN2"),
     QT_TRANSLATE_NOOP("ErrorWords", "LIKE and comparisons inside the enclave need a BIN2 collation. Encrypt the column again with one, or compare "
                                     "with = on a deterministic column.")},
    {33543, QT_TRANSLATE_NOOP("ErrorWords", "The key may not be used in the enclave"),
     QT_TRANSLATE_NOOP("ErrorWords", "In-place encryption needs keys whose master key allows enclave computations. Nothing was changed.")},
    {33545, QT_TRANSLATE_NOOP("ErrorWords", "The server has no running enclave"),
     QT_TRANSLATE_NOOP("ErrorWords", "The statement needs one. Check that the enclave is configured and running, then run again. Nothing was changed.")},
    {33546, QT_TRANSLATE_NOOP("ErrorWords", "The enclave has not been given the key"),
     QT_TRANSLATE_NOOP("ErrorWords", "This window is connected without secure enclaves, so no key was sent. Nothing was changed.")},
};

}  // namespace

ErrorWords wordsFor(const base::Error& error)
{
    ErrorWords words;
    QString remedy = QString::fromStdString(error.remedy);
    if (error.server) {
        words.number = error.server->number;
        words.title = QString::fromStdString(error.server->message);
        for (const Remedy& known : kRemedies) {
            if (known.number == words.number) {
                words.title = tr(known.title);
                if (remedy.isEmpty())
                    remedy = tr(known.text);
            }
        }
        const QString place = tr("Msg %1, level %2, line %3.").arg(words.number).arg(error.server->severity).arg(error.server->line);
        words.text = remedy.isEmpty() ? place : remedy + QLatin1Char(' ') + place;
        return words;
    }
    const QString own = QString::fromStdString(error.text);
    if (isEnclaveRefused(error)) {
        words.title = tr("Not sent: the enclave was refused");
        words.text = own + QLatin1Char(' ') + tr("Nothing was sent to the server and no key was released.") + QLatin1Char(' ') + remedy;
    } else if (isServiceUnreachable(error)) {
        words.title = tr("Not sent: the attestation service gave no proof");
        words.text = own + QLatin1Char(' ') + tr("The statement was not sent.") + QLatin1Char(' ') + remedy;
    } else {
        words.title = own;
        words.text = remedy;
    }
    words.text = words.text.trimmed();
    return words;
}

bool isEnclaveRefused(const base::Error& error)
{
    return error.code.room == "attestation" && error.code.name == "EnclaveRefused";
}

bool isServiceUnreachable(const base::Error& error)
{
    // A URL that may not be asked at all is a setting to change, not a service that is silent.
    const bool setting = error.code.name == "HttpBadUrl" || error.code.name == "HttpPlain";
    return (error.code.room == "attestation" && error.code.name == "ServiceFailed") || (error.code.room == "http" && !setting);
}

bool isWrongKeyPassword(const base::Error& error)
{
    return error.code.room == "keystore" && error.code.name == "WrongPassword";
}

bool needsKeyPassword(const base::Error& error)
{
    return (error.code.room == "keystore" && error.code.name == "SecretNeeded") || isWrongKeyPassword(error);
}

}  // namespace es::ui
