#include "app/ctl/CommandLine.h"

#include <algorithm>
#include <array>
#include <optional>

namespace es::ctl {

namespace {

enum Uses : unsigned { kEverywhere = 0, kQueryOnly = 1, kNewCmk = 2, kNewCek = 4, kEncryptOnly = 8, kDecryptToo = 16, kAttestOnly = 32 };

using Setter = bool (*)(CommandLine&, const QString&); // false: not a value for this option

struct Option {
    const char* name;
    bool takesValue;
    unsigned uses; // which commands; kEverywhere: all
    Setter set;
};

template <auto Member> bool text(CommandLine& line, const QString& value)
{
    line.*Member = value;
    return !value.isEmpty();
}

template <auto Member> bool flag(CommandLine& line, const QString&)
{
    line.*Member = true;
    return true;
}

bool setAttestation(CommandLine& line, const QString& value)
{
    line.attestationGiven = true;
    line.attestationOfSandbox = value.compare(QLatin1String("sandbox"), Qt::CaseInsensitive) == 0;
    if (line.attestationOfSandbox) return true;
    const auto choice = ui::attestationChoiceFromName(value);
    line.attestation = choice.value_or(ui::AttestationChoice::kOff);
    return choice.has_value();
}

bool setEncrypt(CommandLine& line, const QString& value)
{
    line.strictEncryption = value.compare(QLatin1String("strict"), Qt::CaseInsensitive) == 0;
    return line.strictEncryption || value.compare(QLatin1String("mandatory"), Qt::CaseInsensitive) == 0;
}

bool setTimeout(CommandLine& line, const QString& value)
{
    bool ok = false;
    const int seconds = value.toInt(&ok);
    line.connectTimeoutMs = seconds * 1000;
    return ok && seconds > 0 && seconds <= 3600;
}

bool setFormat(CommandLine& line, const QString& value)
{
    if (value == QLatin1String("table"))
        line.format = ui::ReportFormat::kTable;
    else if (value == QLatin1String("csv"))
        line.format = ui::ReportFormat::kCsv;
    else if (value == QLatin1String("json"))
        line.format = ui::ReportFormat::kJson;
    else
        return false;
    return true;
}

bool setType(CommandLine& line, const QString& value)
{
    line.deterministic = value.compare(QLatin1String("deterministic"), Qt::CaseInsensitive) == 0;
    return line.deterministic || value.compare(QLatin1String("randomized"), Qt::CaseInsensitive) == 0;
}

bool setKeyBits(CommandLine& line, const QString& value)
{
    line.keyBits = value.toInt();
    return line.keyBits == 2048 || line.keyBits == 3072 || line.keyBits == 4096;
}

constexpr std::array kOptions{
    Option{"sandbox", true, kEverywhere, text<&CommandLine::sandboxFile>},
    Option{"server", true, kEverywhere, text<&CommandLine::server>},
    Option{"user", true, kEverywhere, text<&CommandLine::user>},
    Option{"password-file", true, kEverywhere, text<&CommandLine::passwordFile>},
    Option{"ca-file", true, kEverywhere, text<&CommandLine::caFile>},
    Option{"database", true, kEverywhere, text<&CommandLine::database>},
    Option{"host-name-in-certificate", true, kEverywhere, text<&CommandLine::hostNameInCertificate>},
    Option{"encrypt", true, kEverywhere, setEncrypt},
    Option{"trust-server-certificate", false, kEverywhere, flag<&CommandLine::trustServerCertificate>},
    Option{"column-encryption", false, kEverywhere, flag<&CommandLine::columnEncryption>},
    Option{"attestation", true, kEverywhere, setAttestation},
    Option{"attestation-url", true, kEverywhere, text<&CommandLine::attestationUrl>},
    Option{"policy", true, kEverywhere, text<&CommandLine::policyFile>},
    Option{"connect-timeout", true, kEverywhere, setTimeout},
    Option{"key-password-file", true, kEverywhere, text<&CommandLine::keyPasswordFile>},
    Option{"json", false, kEverywhere, flag<&CommandLine::json>},
    Option{"format", true, kQueryOnly, setFormat},
    Option{"parameterize", false, kQueryOnly, flag<&CommandLine::parameterize>},
    Option{"name", true, kNewCmk | kNewCek, text<&CommandLine::name>},
    Option{"key-file", true, kNewCmk, text<&CommandLine::keyFile>},
    Option{"enclave", false, kNewCmk, flag<&CommandLine::allowEnclave>},
    Option{"generate", false, kNewCmk, flag<&CommandLine::generate>},
    Option{"key-bits", true, kNewCmk, setKeyBits},
    Option{"cmk", true, kNewCek, text<&CommandLine::masterKey>},
    Option{"script", false, kNewCmk | kNewCek | kEncryptOnly | kDecryptToo, flag<&CommandLine::scriptOnly>},
    Option{"key", true, kEncryptOnly | kDecryptToo, text<&CommandLine::encryptionKey>},
    Option{"type", true, kEncryptOnly | kDecryptToo, setType},
    Option{"keep-collation", false, kEncryptOnly, flag<&CommandLine::keepCollation>},
    Option{"save-record", true, kAttestOnly, text<&CommandLine::saveRecord>},
    Option{"verify", true, kAttestOnly, text<&CommandLine::verifyRecord>},
    Option{"print-policy", false, kAttestOnly, flag<&CommandLine::printPolicy>},
    Option{"trust-seen", false, kAttestOnly, flag<&CommandLine::trustSeen>},
};

base::Error usageError(const QString& what, const QString& setting = {}, const QString& remedy = QStringLiteral("See enclavectl --help."))
{
    return base::makeError(kBadUsage, what.toStdString(), setting.toStdString(), remedy.toStdString());
}

struct Words {
    QStringList positional;
    QList<const Option*> used;
};

// Options may stand anywhere; "--" ends them.
base::Result<Words> readWords(const QStringList& arguments, CommandLine& line)
{
    Words words;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString& argument = arguments[i];
        if (argument == QLatin1String("--")) {
            words.positional += arguments.mid(i + 1);
            break;
        }
        if (!argument.startsWith(QLatin1String("--"))) {
            words.positional += argument;
            continue;
        }
        const auto equals = argument.indexOf(QLatin1Char('='));
        const QString name = argument.mid(2, equals < 0 ? -1 : equals - 2);
        const auto option = std::find_if(kOptions.begin(), kOptions.end(), [&](const Option& o) { return name == QLatin1String(o.name); });
        if (option == kOptions.end()) return usageError(QStringLiteral("There is no option --%1.").arg(name), name);
        if (!option->takesValue && equals >= 0) return usageError(QStringLiteral("--%1 takes no value.").arg(name), name);
        if (option->takesValue && equals < 0 && i + 1 >= arguments.size())
            return usageError(QStringLiteral("--%1 needs a value.").arg(name), name);
        const QString value = !option->takesValue ? QString() : equals >= 0 ? argument.mid(equals + 1) : arguments[++i];
        if (!option->set(line, value)) return usageError(QStringLiteral("\"%1\" is no value for --%2.").arg(value, name), name);
        words.used += &*option;
    }
    return words;
}

struct Verb {
    Command command;
    unsigned uses;
    qsizetype words; // of the positional arguments, how many name it
};

std::optional<Verb> verbOf(const QStringList& positional)
{
    const QString first = positional.value(0);
    const QString second = positional.value(1);
    if (first == QLatin1String("query")) return Verb{Command::kQuery, kQueryOnly, 1};
    if (first == QLatin1String("encrypt")) return Verb{Command::kEncrypt, kEncryptOnly, 1};
    if (first == QLatin1String("decrypt")) return Verb{Command::kDecrypt, kDecryptToo, 1};
    if (first == QLatin1String("attest")) return Verb{Command::kAttest, kAttestOnly, 1};
    if (first == QLatin1String("keys") && second == QLatin1String("new-cmk")) return Verb{Command::kNewMasterKey, kNewCmk, 2};
    if (first == QLatin1String("keys") && second == QLatin1String("new-cek")) return Verb{Command::kNewEncryptionKey, kNewCek, 2};
    if (first == QLatin1String("keys") && second == QLatin1String("list")) return Verb{Command::kListKeys, 0, 2};
    return std::nullopt;
}

base::Result<void> takeArguments(CommandLine& line, const QStringList& rest)
{
    switch (line.command) {
    case Command::kQuery:
        if (rest.size() != 1)
            return usageError(
                QStringLiteral("query takes one argument, the T-SQL text, or - for standard input."), QStringLiteral("query"));
        line.sql = rest.first();
        return {};
    case Command::kEncrypt:
    case Command::kDecrypt:
        if (rest.isEmpty()) return usageError(QStringLiteral("No column was named."), QStringLiteral("column"));
        line.columns = rest;
        return {};
    default:
        if (!rest.isEmpty()) return usageError(QStringLiteral("\"%1\" is one word too many.").arg(rest.first()));
        return {};
    }
}

base::Result<void> checkCommand(const CommandLine& line)
{
    const bool makesKey = line.command == Command::kNewMasterKey || line.command == Command::kNewEncryptionKey;
    if (makesKey && line.name.isEmpty())
        return usageError(QStringLiteral("The new key needs a name."), QStringLiteral("name"), QStringLiteral("Add --name NAME."));
    if (line.command == Command::kNewEncryptionKey && line.masterKey.isEmpty())
        return usageError(QStringLiteral("A column encryption key is wrapped by a column master key; none was named."),
            QStringLiteral("cmk"), QStringLiteral("Add --cmk NAME."));
    if (line.command == Command::kEncrypt && line.encryptionKey.isEmpty())
        return usageError(QStringLiteral("No column encryption key was named."), QStringLiteral("key"), QStringLiteral("Add --key CEK."));
    const bool inPlace = (line.command == Command::kEncrypt || line.command == Command::kDecrypt) && !line.scriptOnly;
    const bool enclaveWanted = line.attestationOfSandbox || line.attestation != ui::AttestationChoice::kOff;
    if (inPlace && (!line.columnEncryption || !enclaveWanted))
        return usageError(QStringLiteral("Columns are changed in place inside an enclave; the connection asked for has none."),
            QStringLiteral("attestation"), QStringLiteral("Add --column-encryption --attestation none (or hgs, aas)."));
    return {};
}

// What attest alone can be told, and what it adds by itself.
base::Result<void> completeAttest(CommandLine& line)
{
    if (line.command != Command::kAttest) return {};
    if (line.trustSeen && !line.printPolicy)
        return usageError(QStringLiteral("--trust-seen belongs to --print-policy."), QStringLiteral("trust-seen"),
            QStringLiteral("Add --print-policy."));
    if (!line.verifyRecord.isEmpty() && (line.printPolicy || !line.saveRecord.isEmpty() || !line.policyFile.isEmpty()))
        return usageError(QStringLiteral("--verify judges a record by the policy in it; it goes with --json alone."),
            QStringLiteral("verify"), QStringLiteral("Leave the other options of attest out."));
    if (line.isOffline()) {
        if (!line.sandboxFile.isEmpty() || !line.server.isEmpty())
            return usageError(line.verifyRecord.isEmpty()
                    ? QStringLiteral("--print-policy asks no server, unless --trust-seen is given.")
                    : QStringLiteral("--verify asks no server."),
                line.sandboxFile.isEmpty() ? QStringLiteral("server") : QStringLiteral("sandbox"),
                QStringLiteral("Leave the connection out."));
        return {};
    }
    line.columnEncryption = true;
    if (!line.attestationGiven && !line.sandboxFile.isEmpty()) line.attestationOfSandbox = true;
    if (!line.attestationOfSandbox && line.attestation == ui::AttestationChoice::kOff)
        return usageError(QStringLiteral("attest needs an attestation protocol."), QStringLiteral("attestation"),
            QStringLiteral("Add --attestation hgs|aas|none."));
    return {};
}

base::Result<void> checkConnection(const CommandLine& line)
{
    if (line.isOffline()) return {};
    if (line.attestationOfSandbox && line.sandboxFile.isEmpty())
        return usageError(QStringLiteral("--attestation sandbox takes the protocol from the sandbox's file."),
            QStringLiteral("attestation"), QStringLiteral("Add --sandbox FILE, or name the protocol."));
    if (line.attestationOfSandbox && !line.attestationUrl.isEmpty())
        return usageError(QStringLiteral("--attestation sandbox already says which URL; leave --attestation-url out."),
            QStringLiteral("attestation-url"));
    if (!line.sandboxFile.isEmpty()) {
        for (const auto& [given, name] : {std::pair{&line.server, "server"}, {&line.user, "user"}, {&line.passwordFile, "password-file"}})
            if (!given->isEmpty())
                return usageError(
                    QStringLiteral("--sandbox already says which %1; leave --%1 out.").arg(QLatin1String(name)), QLatin1String(name));
    } else {
        for (const auto& [given, name] : {std::pair{&line.server, "server"}, {&line.user, "user"}, {&line.passwordFile, "password-file"}})
            if (given->isEmpty())
                return usageError(QStringLiteral("--%1 is missing.").arg(QLatin1String(name)), QLatin1String(name),
                    QStringLiteral("Give --sandbox FILE, or --server HOST,PORT --user U --password-file F --ca-file F --database D."));
        if (!ui::ConnectionProfile().setServerText(line.server))
            return usageError(QStringLiteral("\"%1\" is not HOST,PORT.").arg(line.server), QStringLiteral("server"));
    }
    if ((line.attestationOfSandbox || line.attestation != ui::AttestationChoice::kOff) && !line.columnEncryption)
        return usageError(QStringLiteral("--attestation needs --column-encryption."), QStringLiteral("attestation"),
            QStringLiteral("Add --column-encryption."));
    const bool needsUrl = line.attestation == ui::AttestationChoice::kHgs || line.attestation == ui::AttestationChoice::kAas;
    if (needsUrl && line.attestationUrl.isEmpty())
        return usageError(QStringLiteral("This attestation protocol needs a URL."), QStringLiteral("attestation-url"),
            QStringLiteral("Add --attestation-url URL."));
    return {};
}

} // namespace

base::Result<CommandLine> parseCommandLine(const QStringList& arguments)
{
    CommandLine line;
    if (arguments.contains(QLatin1String("--help")) || arguments.contains(QLatin1String("-h"))) return line;
    if (arguments == QStringList{QStringLiteral("--version")}) {
        line.command = Command::kVersion;
        return line;
    }
    ES_TRY(const Words words, readWords(arguments, line));
    const auto verb = verbOf(words.positional);
    if (!verb)
        return usageError(words.positional.isEmpty()
                ? QStringLiteral("No command was given.")
                : QStringLiteral("There is no command \"%1\".").arg(words.positional.mid(0, 2).join(QLatin1Char(' '))));
    line.command = verb->command;
    for (const Option* option : words.used)
        if (option->uses != kEverywhere && (option->uses & verb->uses) == 0)
            return usageError(
                QStringLiteral("--%1 does not belong to this command.").arg(QLatin1String(option->name)), QLatin1String(option->name));
    ES_CHECK(takeArguments(line, words.positional.mid(verb->words)));
    ES_CHECK(completeAttest(line));
    ES_CHECK(checkConnection(line));
    ES_CHECK(checkCommand(line));
    return line;
}

QString helpText()
{
    return QStringLiteral(
               "enclavectl: Always Encrypted with secure enclaves, from the command line.\n"
               "\n"
               "  enclavectl [CONNECTION] query \"SQL\" [--format table|csv|json] [--parameterize]\n"
               "      Runs T-SQL (- reads it from standard input; GO parts batches). --parameterize sends DECLARE @x type = literal\n"
               "      as an encrypted parameter.\n"
               "  enclavectl [CONNECTION] keys new-cmk --name NAME [--key-file FILE] [--generate [--key-bits 2048|3072|4096]]\n"
               "             [--enclave] [--script]\n"
               "      Column master key in a key file of your key folder; --generate makes the file, --enclave allows enclave\n"
               "      computations (signed). FILE is a name without folder and extension; default: NAME.\n"
               "  enclavectl [CONNECTION] keys new-cek --name NAME --cmk CMK [--script]\n"
               "  enclavectl [CONNECTION] keys list\n"
               "  enclavectl [CONNECTION] encrypt [SCHEMA.]TABLE.COLUMN... --key CEK [--type randomized|deterministic]\n"
               "             [--keep-collation] [--script]\n"
               "  enclavectl [CONNECTION] decrypt [SCHEMA.]TABLE.COLUMN... [--script]\n"
               "      In place, inside the enclave. --script prints the T-SQL and changes nothing. decrypt finds key and type in\n"
               "      the catalog; it takes --key and --type all the same, so that one command line serves both ways.\n"
               "  enclavectl [CONNECTION] attest [--save-record FILE] [--json]\n"
               "      Asks the server's enclave for fresh evidence and judges it, rule by rule; releases no key. With --sandbox the\n"
               "      protocol and the URL are the sandbox's, unless --attestation says otherwise.\n"
               "  enclavectl attest --verify RECORD [--json]\n"
               "      Judges a saved record again, offline, signatures included.\n"
               "  enclavectl [CONNECTION] attest --print-policy [--trust-seen] [--policy FILE]\n"
               "      The strict default (or FILE, completed) as JSON; with --trust-seen the policy that accepts what is verified now.\n"
               "\n"
               "Connection:\n"
               "  --sandbox FILE              the line of JSON that enclave-sandbox printed\n"
               "  --server HOST[,PORT]|HOST\\INSTANCE --user U --password-file F --database D [--ca-file F] [--host-name-in-certificate NAME]\n"
               "  --encrypt mandatory|strict  strict: TDS 8.0, TLS before anything else (SQL Server 2022 and later)\n"
               "  --trust-server-certificate  no check of the server's certificate (still encrypted)\n"
               "  --column-encryption         decrypt results, encrypt parameters\n"
               "  --attestation none|hgs|aas [--attestation-url URL]   use the secure enclave\n"
               "  --attestation sandbox       as the sandbox's file says\n"
               "  --policy FILE               what the enclave must prove, and which master keys may be released: JSON\n"
               "  --connect-timeout SECONDS   default 15\n"
               "\n"
               "Everywhere:\n"
               "  --key-password-file FILE    password of key files, first line of FILE; or name the file in ES_KEY_PASSWORD_FILE\n"
               "  --json                      results and errors as JSON\n"
               "  --help, --version\n"
               "\n"
               "ES_KEY_FOLDER: the folder of key files; default $XDG_DATA_HOME/enclave-studio/keys.\n"
               "Ctrl+C cancels what runs; a second one ends the program.\n"
               "\n")
        + exitStatusHelp() + attestStatusHelp();
}

} // namespace es::ctl
