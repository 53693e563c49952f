#include "driver/session/DescribeReader.h"

#include "driver/session/Errors.h"
#include "driver/types/RowForm.h"

#include <algorithm>

namespace es::session {

namespace {

constexpr std::size_t kKeyColumns = 9;
constexpr std::size_t kKeyColumnsWithEnclave = 11;
constexpr std::size_t kParameterColumns = 6;
constexpr std::size_t kMaxAttestationBytes = 64 * 1024;

base::Error describeFailed(std::string what)
{
    base::Error error
        = base::makeError(kDescribeFailed, "The server's description of the statement's encryption cannot be used: " + std::move(what),
            "column-encryption", "Nothing was sent in clear text. Run the statement again; if it stays, the server is not compatible.");
    error.origin = base::Origin::kServer;
    return error;
}

// Reads the cells of one row by position and remembers whether one of them was not what it should be.
class RowReader {
public:
    RowReader(const tds::ColMetadata& metadata, const tds::Row& row)
        : m_metadata(metadata)
        , m_row(row)
    {
    }

    [[nodiscard]] bool ok() const { return m_ok; }
    std::uint32_t number()
    {
        const auto value = next();
        const auto* integer = value ? std::get_if<std::int64_t>(&*value) : nullptr;
        m_ok = m_ok && integer != nullptr && *integer >= 0;
        return m_ok ? static_cast<std::uint32_t>(*integer) : 0;
    }
    std::string text()
    {
        auto value = next();
        auto* string = value ? std::get_if<std::string>(&*value) : nullptr;
        m_ok = m_ok && string != nullptr;
        return m_ok ? std::move(*string) : std::string();
    }
    base::Bytes bytes() // NULL: empty
    {
        auto value = next();
        if (value && types::isNull(*value)) return {};
        auto* binary = value ? std::get_if<base::Bytes>(&*value) : nullptr;
        m_ok = m_ok && binary != nullptr;
        return m_ok ? std::move(*binary) : base::Bytes();
    }

private:
    std::optional<types::Value> next()
    {
        const std::size_t column = m_next++;
        if (column >= m_row.cells.size()) return std::nullopt;
        if (m_row.cells[column].isNull) return types::Value(types::Null{});
        auto value = types::decodeRowForm(m_row.cells[column].bytes, tds::sqlTypeOf(m_metadata.columns[column].type));
        return value ? std::optional(std::move(value).value()) : std::nullopt;
    }

    const tds::ColMetadata& m_metadata;
    const tds::Row& m_row;
    std::size_t m_next = 0;
    bool m_ok = true;
};

} // namespace

void DescribeReader::onToken(const tds::Token& token)
{
    if (const auto* metadata = std::get_if<tds::ColMetadataPtr>(&token)) {
        m_columns = *metadata;
        ++m_resultSets;
    } else if (const auto* row = std::get_if<tds::Row>(&token)) {
        if (!m_failure) onRow(*row);
    } else if (const auto* message = std::get_if<tds::ServerMessage>(&token); message != nullptr && message->isError) {
        m_serverErrors.push_back(message->error);
    }
}

void DescribeReader::onRow(const tds::Row& row)
{
    if (m_resultSets == 1)
        readKey(row);
    else if (m_resultSets == 2)
        readParameter(row);
    else if (m_resultSets == 3)
        readAttestation(row);
}

void DescribeReader::readKey(const tds::Row& row)
{
    if (row.cells.size() < (m_enclaveColumns ? kKeyColumnsWithEnclave : kKeyColumns))
        return fail("its first result set has too few columns.");
    RowReader reader(*m_columns, row);
    DescribedKey key;
    DescribedKeyValue value;
    key.ordinal = reader.number();
    key.databaseId = reader.number();
    key.keyId = reader.number();
    key.keyVersion = reader.number();
    const base::Bytes version = reader.bytes();
    value.encryptedValue = reader.bytes();
    value.providerName = reader.text();
    value.keyPath = reader.text();
    value.algorithm = reader.text();
    if (m_enclaveColumns) {
        key.requestedByEnclave = reader.number() != 0;
        value.masterKeySignature = reader.bytes();
    }
    if (!reader.ok() || version.size() != key.metadataVersion.size()) return fail("a row about a key is malformed.");
    std::copy(version.begin(), version.end(), key.metadataVersion.begin());

    auto known = std::find_if(
        m_answer.keys.begin(), m_answer.keys.end(), [&key](const DescribedKey& other) { return other.ordinal == key.ordinal; });
    if (known == m_answer.keys.end())
        known = m_answer.keys.insert(m_answer.keys.end(), key);
    else if (known->databaseId != key.databaseId || known->keyId != key.keyId || known->metadataVersion != key.metadataVersion)
        return fail("two different keys have the same ordinal.");
    known->requestedByEnclave = known->requestedByEnclave || key.requestedByEnclave;
    known->values.push_back(std::move(value));
}

void DescribeReader::readParameter(const tds::Row& row)
{
    if (row.cells.size() < kParameterColumns) return fail("its second result set has too few columns.");
    RowReader reader(*m_columns, row);
    DescribedParameter parameter;
    static_cast<void>(reader.number());
    parameter.name = reader.text();
    const std::uint32_t algorithm = reader.number();
    const std::uint32_t type = reader.number();
    // A plaintext parameter has no key; what stands there (0 or NULL) is of no interest.
    if (reader.ok() && type != 0) {
        parameter.keyOrdinal = reader.number();
        parameter.ruleVersion = static_cast<std::uint8_t>(reader.number());
    }
    if (!reader.ok() || algorithm > 0xFF || type > 0xFF) return fail("a row about a parameter is malformed.");
    parameter.algorithm = static_cast<std::uint8_t>(algorithm);
    parameter.encryptionType = static_cast<std::uint8_t>(type);
    m_answer.parameters.push_back(std::move(parameter));
}

void DescribeReader::readAttestation(const tds::Row& row)
{
    if (++m_attestationRows > 1 || row.cells.size() != 1 || row.cells[0].isNull || row.cells[0].bytes.size() > kMaxAttestationBytes)
        return fail("its attestation result is malformed.");
    m_answer.attestation = base::Bytes(row.cells[0].bytes.begin(), row.cells[0].bytes.end());
}

void DescribeReader::fail(std::string what)
{
    if (!m_failure) m_failure = describeFailed(std::move(what));
}

base::Result<DescribeAnswer> DescribeReader::take(std::size_t parameterCount, EvidenceWanted evidence)
{
    if (m_failure) return *m_failure;
    if (m_resultSets < 2) return describeFailed("a result set is missing.");
    if (m_answer.parameters.size() != parameterCount)
        return describeFailed("it describes " + std::to_string(m_answer.parameters.size()) + " parameters instead of "
            + std::to_string(parameterCount) + '.');
    for (const DescribedParameter& parameter : m_answer.parameters)
        if (parameter.encryptionType != 0 && m_answer.keyOfOrdinal(parameter.keyOrdinal) == nullptr)
            return describeFailed("parameter \"" + parameter.name + "\" names a key that is not described.");
    // What nobody asked for is not looked at.                                       enclave-protocol.md 11
    const bool wanted = evidence == EvidenceWanted::kAnyway || (evidence == EvidenceWanted::kWithKeys && m_answer.enclaveNeeded());
    if (!wanted) m_answer.attestation.reset();
    return std::move(m_answer);
}

} // namespace es::session
