// Which encryption every parameter and variable of a batch must have: what is compared, assigned or joined shares one scheme.
// The caller walks its tree once, makes a node per column, variable, parameter and literal, ties and demands; then finish() decides.
// Variables count: DECLARE @v char(11) = @p0 ties the two, WHERE SSN = @v ties @v to the column, and so @p0 must come encrypted.
// Thread: one thread per object.
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/EncryptionScheme.h"

#include <cstddef>
#include <vector>

namespace es::tsql {

class SchemeInference {
public:
    using Node = std::size_t;

    explicit SchemeInference(Profile profile) : m_profile(profile) {}

    // A column, whose scheme is given. `name` as messages print it: "SSN". `text`: set for character columns.
    Node addColumn(std::string name, EncryptionScheme scheme, std::optional<TextFacts> text = {});
    // A literal, a computed value, a server-side constant: plaintext for good.
    Node addPlaintext(std::string name = {});
    // A parameter or variable: takes the scheme of what it is tied to; plaintext when nothing says otherwise.
    Node addFree(std::string name);

    // `a` and `b` must have one scheme (comparison, assignment, join, IN, set operation). Ties of free nodes chain.
    // Errors, with the line: 33278 two different encryptions; 33299 something plaintext against an encryption.
    base::Result<void> tie(Node a, Node b, std::int32_t line);
    // For a caller that finds schemes first and judges later: the first tie that it wants remembered as impossible.
    void keepConflict(base::Error error)
    {
        if (!m_conflict)
            m_conflict = std::move(error);
    }
    [[nodiscard]] const std::optional<base::Error>& conflict() const { return m_conflict; }
    // An operation is done on the node's scheme; judged in finish(), when all schemes are known.
    void demand(Node node, Operation operation, std::int32_t line);

    // Settles the free nodes and judges all demands. Errors: the number of the operations table with its line, first demand first.
    base::Result<void> finish();

    // Valid after every step; final after finish().
    [[nodiscard]] const EncryptionScheme& schemeOf(Node node) const;
    // True once anything demanded must run inside the enclave; keys of these schemes are the ones a client must send. After finish().
    [[nodiscard]] const std::vector<EncryptionScheme>& enclaveSchemes() const { return m_enclaveSchemes; }

private:
    struct Entry {
        Node parent;
        std::vector<std::string> names;         // of the whole set, on its root
        std::optional<EncryptionScheme> fixed;  // on its root
        std::optional<TextFacts> text;          // on its root
    };
    struct Demand { Node node; Operation operation; std::int32_t line; };

    Node add(Entry entry);
    [[nodiscard]] Node rootOf(Node node) const;

    Profile m_profile;
    std::vector<Entry> m_entries;
    std::vector<Demand> m_demands;
    std::vector<EncryptionScheme> m_enclaveSchemes;
    std::optional<base::Error> m_conflict;
};

}  // namespace es::tsql
