#include "driver/tsql/SchemeInference.h"

#include "driver/tsql/Errors.h"

#include <algorithm>

namespace es::tsql {
namespace {

base::Error schemeError(std::int32_t number, std::uint8_t state, std::int32_t line, std::string message)
{
    base::Error error = base::makeError(kSchemeMismatch,
                                        "The encryption of two things that the statement brings together does not match.", {},
                                        "Send the value as a typed parameter, over a connection with column encryption on.");
    error.origin = base::Origin::kServer;
    base::ServerError server;
    server.number = number;
    server.state = state;
    server.severity = 16;
    server.line = line;
    server.message = std::move(message);
    error.server = std::move(server);
    return error;
}

std::string quotedList(const std::vector<std::string>& names)
{
    std::string out;
    for (const std::string& name : names) {
        if (!out.empty())
            out += ", ";
        out.append("'").append(name).append("'");
    }
    return out;
}

std::vector<std::string> namesOf(std::string name)
{
    std::vector<std::string> names;
    if (!name.empty())
        names.push_back(std::move(name));
    return names;
}

// 33277 and 33299: the same words, but for "(or weaker)".
std::string mismatch(const std::vector<std::string>& names, const EncryptionScheme& scheme, std::int32_t line, std::string_view expected,
                     bool orWeaker)
{
    std::string out = "Encryption scheme mismatch for columns/variables ";
    out += quotedList(names);
    out.append(". The encryption scheme for the columns/variables is ").append(describeScheme(scheme));
    out.append(" and the expression near line '").append(std::to_string(line)).append("' expects it to be ").append(expected);
    out.append(orWeaker ? " (or weaker)." : ".");
    return out;
}

std::string noCommonScheme(const std::vector<std::string>& leftNames, const EncryptionScheme& left,
                           const std::vector<std::string>& rightNames, const EncryptionScheme& right, std::int32_t line)
{
    std::string out = "Cannot assign the same encryption scheme to two expressions at line '";
    out.append(std::to_string(line)).append("'. The encryption scheme of the first expression is ").append(describeScheme(left));
    out.append(" and the encryption scheme of the second expression is ").append(describeScheme(right));
    out.append(". Other columns/variables with the same encryption scheme as the first expression are: ").append(quotedList(leftNames));
    out.append(". Other columns/variables with the same encryption scheme as the second expression are: ").append(quotedList(rightNames));
    out += ".";
    return out;
}

std::string refusalMessage(const Verdict& verdict, const std::vector<std::string>& names, const EncryptionScheme& scheme, std::int32_t line,
                           Operation operation)
{
    if (verdict.errorNumber == 33277)
        return mismatch(names, scheme, line, verdict.expected, false);
    if (verdict.errorNumber == 33542) {
        std::string out = "The expression near line '";
        out.append(std::to_string(line)).append("' needs ").append(verdict.expected).append(" for columns/variables ");
        out.append(quotedList(names)).append(".");
        return out;
    }
    std::string out = "Operand type clash: ";
    out.append(quotedList(names)).append(" encrypted with ").append(describeScheme(scheme)).append(" is incompatible with ");
    out.append(operationName(operation)).append(".");
    return out;
}

}  // namespace

SchemeInference::Node SchemeInference::add(Entry entry)
{
    entry.parent = m_entries.size();
    m_entries.push_back(std::move(entry));
    return m_entries.size() - 1;
}

SchemeInference::Node SchemeInference::addColumn(std::string name, EncryptionScheme scheme, std::optional<TextFacts> text)
{
    return add({0, namesOf(std::move(name)), std::move(scheme), text});
}

SchemeInference::Node SchemeInference::addPlaintext(std::string name)
{
    return add({0, namesOf(std::move(name)), EncryptionScheme{}, {}});
}

SchemeInference::Node SchemeInference::addFree(std::string name)
{
    return add({0, namesOf(std::move(name)), {}, {}});
}

SchemeInference::Node SchemeInference::rootOf(Node node) const
{
    while (m_entries[node].parent != node)
        node = m_entries[node].parent;
    return node;
}

base::Result<void> SchemeInference::tie(Node a, Node b, std::int32_t line)
{
    Node first = rootOf(a);
    Node second = rootOf(b);
    if (first == second)
        return {};
    if (m_entries[first].names.size() < m_entries[second].names.size())
        std::swap(first, second);  // the smaller set joins the larger: roots stay near
    Entry& into = m_entries[first];
    Entry& from = m_entries[second];
    if (into.fixed && from.fixed && !(*into.fixed == *from.fixed)) {
        if (into.fixed->encrypted() && from.fixed->encrypted()) {
            const Entry& left = m_entries[rootOf(a)];
            const Entry& right = m_entries[rootOf(b)];
            return schemeError(33278, 1, line, noCommonScheme(left.names, *left.fixed, right.names, *right.fixed, line));
        }
        const Entry& plain = into.fixed->encrypted() ? from : into;
        const Entry& encrypted = into.fixed->encrypted() ? into : from;
        constexpr std::uint8_t kPlaintextAgainstEncrypted = 6;
        return schemeError(33299, kPlaintextAgainstEncrypted, line,
                           mismatch(plain.names, *plain.fixed, line, describeScheme(*encrypted.fixed), true));
    }
    if (!into.fixed)
        into.fixed = std::move(from.fixed);
    if (!into.text)
        into.text = from.text;
    into.names.insert(into.names.end(), std::make_move_iterator(from.names.begin()), std::make_move_iterator(from.names.end()));
    from.names.clear();
    from.parent = first;
    return {};
}

void SchemeInference::demand(Node node, Operation operation, std::int32_t line)
{
    m_demands.push_back({node, operation, line});
}

base::Result<void> SchemeInference::finish()
{
    for (Node node = 0; node < m_entries.size(); ++node) {
        if (m_entries[node].parent == node && !m_entries[node].fixed)
            m_entries[node].fixed = EncryptionScheme{};
    }
    for (const Demand& demand : m_demands) {
        const Entry& entry = m_entries[rootOf(demand.node)];
        const EncryptionScheme& scheme = *entry.fixed;
        if (!scheme.encrypted())
            continue;
        const SchemeClass schemeClass = classOf(scheme);
        const Verdict verdict = entry.text ? judgeText(demand.operation, schemeClass, m_profile, *entry.text)
                                           : judge(demand.operation, schemeClass, m_profile);
        if (!verdict.allowed())
            return schemeError(verdict.errorNumber, 1, demand.line,
                               refusalMessage(verdict, entry.names, scheme, demand.line, demand.operation));
        if (verdict.place == Place::kEnclave && std::ranges::find(m_enclaveSchemes, scheme) == m_enclaveSchemes.end())
            m_enclaveSchemes.push_back(scheme);
    }
    return {};
}

const EncryptionScheme& SchemeInference::schemeOf(Node node) const
{
    static const EncryptionScheme kPlaintext;
    const Entry& entry = m_entries[rootOf(node)];
    return entry.fixed ? *entry.fixed : kPlaintext;
}

}  // namespace es::tsql
