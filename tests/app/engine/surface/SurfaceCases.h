// The cases of tests/app/engine/surface/*.cases: what a client says, in order, and what it must hear. One case per block:
//   case ID [label]       ID is a row of rows.json
//   profile 2019|2022     only there; otherwise in both
//   noenclave             a server without an enclave
//   as NAME               the statements from here on go over the connection of that login (its password is no matter of the engine)
//   keys | nokeys         whether requests carry a package for the enclave (default: keys)
//   with DECLARATIONS | value | value ..     parameters of the next ask or do; a client describes, encrypts, sends
//   do SQL                must succeed
//   ask SQL               its answer is what the next lines speak about
//   describe SQL          the same for sp_describe_parameter_encryption with the declarations of `with`
//   login NAME DATABASE   opens a connection; the answer is its error, if any
//   rows a;b              all rows, cells joined by '|'; nothing behind it: no row
//   error 206/2@3 8180    the numbers of all errors in order, with state and line where written
//   text WORDS            some error or information message contains them
//   info NUMBER           some information message has it
//   bytes N               the first cell of the first row is so long, as it stands in the table
//   wire TYPE N           the first column's type for a client without column encryption
// \n in SQL is a line break. A line of expectation may begin with 2019 or 2022: only there.
// Thread: test thread.
#pragma once

#include "../EngineFixture.h"

#include <fstream>

namespace es::sandbox {

struct SurfaceStep {
    std::string verb;
    std::string rest;
    std::string profile; // of an expectation: "2019", "2022" or empty
    int line = 0;
};
struct SurfaceCase {
    std::string id;
    std::string label;
    std::string file;
    std::vector<SurfaceStep> steps;
};

inline std::string unescapedBreaks(std::string text)
{
    for (std::size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n", at))
        text.replace(at, 2, "\n");
    return text;
}

inline std::vector<SurfaceCase> readSurfaceCases(const std::string& path)
{
    std::vector<SurfaceCase> out;
    std::ifstream stream(path);
    std::string line;
    for (int number = 1; std::getline(stream, line); ++number) {
        if (line.empty() || line[0] == '#') continue;
        SurfaceStep step;
        step.line = number;
        if (line.starts_with("2019 ") || line.starts_with("2022 ")) {
            step.profile = line.substr(0, 4);
            line = line.substr(5);
        }
        const std::size_t space = line.find(' ');
        step.verb = line.substr(0, space);
        step.rest = space == std::string::npos ? "" : unescapedBreaks(line.substr(space + 1));
        if (step.verb == "case") {
            const std::size_t gap = step.rest.find(' ');
            out.push_back({step.rest.substr(0, gap), gap == std::string::npos ? "" : step.rest.substr(gap + 1), path, {}});
        } else if (!out.empty())
            out.back().steps.push_back(std::move(step));
    }
    return out;
}

inline std::vector<std::string> splitWords(const std::string& text, char separator)
{
    std::vector<std::string> out;
    std::stringstream stream(text);
    std::string word;
    while (std::getline(stream, word, separator)) {
        const std::size_t first = word.find_first_not_of(' ');
        out.push_back(first == std::string::npos ? "" : word.substr(first, word.find_last_not_of(' ') - first + 1));
    }
    return out;
}

// Runs one case against a fixture. Empty: all as expected; otherwise what was not, with its line.
class SurfaceRunner {
public:
    SurfaceRunner(EngineFixture& lab, std::string profile)
        : m_lab(lab)
        , m_profile(std::move(profile))
    {
    }

    std::string run(const SurfaceCase& test)
    {
        for (const SurfaceStep& step : test.steps) {
            if (!step.profile.empty() && step.profile != m_profile) continue;
            const std::string problem = take(step);
            if (!problem.empty())
                return test.file.substr(test.file.rfind('/') + 1) + ":" + std::to_string(step.line) + " [" + m_profile + "] " + problem;
        }
        return {};
    }

private:
    std::string take(const SurfaceStep& step)
    {
        if (step.verb == "profile") return {};
        if (step.verb == "noenclave") { // whom no client sends a package
            m_keys = false;
            return {};
        }
        if (step.verb == "as") return connect(step.rest);
        if (step.verb == "login") return login(splitWords(step.rest, ' '));
        if (step.verb == "keys" || step.verb == "nokeys") {
            m_keys = step.verb == "keys";
            return {};
        }
        if (step.verb == "with") {
            m_values = splitWords(step.rest, '|');
            return {};
        }
        if (step.verb == "do" || step.verb == "ask") {
            send(step.rest);
            return step.verb == "do" && !m_answer.errors.empty() ? "failed: " + said() : std::string{};
        }
        if (step.verb == "describe") return describe(step.rest);
        if (step.verb == "rows") return expectRows(step.rest);
        if (step.verb == "error") return expectErrors(splitWords(step.rest, ' '));
        if (step.verb == "text") return said().find(step.rest) != std::string::npos ? "" : "nothing says '" + step.rest + "': " + said();
        if (step.verb == "info") {
            for (const base::ServerError& info : m_answer.infos)
                if (std::to_string(info.number) == step.rest) return {};
            return "no information " + step.rest + ": " + said();
        }
        if (step.verb == "bytes" || step.verb == "wire") return expectForm(step.verb == "wire", step.rest);
        return "unknown word " + step.verb;
    }

    std::string expectForm(bool wire, const std::string& wanted)
    {
        if (m_answer.sets.empty()) return "wanted a result, heard " + said();
        const Answer::Set& set = m_answer.sets[0];
        const types::SqlType& type = set.shape.columns[0].type;
        const bool cell = !set.cells.empty() && set.cells[0][0];
        const std::string got = wire ? std::string(types::baseTypeName(type.id)) + " " + std::to_string(type.lengthBytes)
                                     : std::to_string(cell ? set.cells[0][0]->size() : 0);
        return got == wanted ? std::string{} : "wanted " + wanted + ", got " + got;
    }

    std::string connect(const std::string& name)
    {
        if (name == "sa") {
            m_session = nullptr;
            return {};
        }
        auto session = m_lab.engine->newSession({name, m_lab.session->database(), "host", "tests", 3});
        if (!session) return "cannot connect as " + name + ": " + session.error().describe();
        m_sessions.push_back(*std::move(session));
        m_session = m_sessions.back().get();
        return {};
    }
    std::string login(const std::vector<std::string>& words)
    {
        m_answer = {};
        auto session = m_lab.engine->newSession({words[0], words.size() > 1 ? words[1] : "", "host", "tests", 3});
        if (!session && session.error().server) m_answer.errors.push_back(*session.error().server);
        return !session && !session.error().server ? session.error().describe() : std::string{};
    }

    void send(const std::string& sql)
    {
        if (m_values.empty())
            m_answer = m_lab.run(sql, {}, m_keys, m_session);
        else
            m_answer = m_lab.runEncrypted(sql, m_values[0], {m_values.begin() + 1, m_values.end()}, m_session, m_keys);
        m_lab.decryptRows(m_answer);
        m_values.clear();
    }

    std::string describe(const std::string& sql)
    {
        EngineSession& target = m_session ? *m_session : *m_lab.session;
        const DescribeAnswer described = target.describe({sql, m_values.empty() ? "" : m_values[0], base::Bytes(116)});
        m_answer = {};
        m_answer.errors = described.errors;
        m_answer.sets.emplace_back();
        for (const DescribedKey& key : described.keys)
            m_answer.sets[0].rows.push_back("key " + std::to_string(key.ordinal) + " " + std::to_string(key.keyId) + " "
                + (key.requestedByEnclave ? "enclave" : "client"));
        for (const DescribedParameter& parameter : described.parameters)
            m_answer.sets[0].rows.push_back(parameter.name + " " + std::to_string(parameter.encryptionType));
        if (described.attestationInfo) m_answer.sets[0].rows.push_back("attestation");
        m_values.clear();
        return {};
    }

    std::string expectRows(const std::string& wanted)
    {
        std::string got;
        for (const Answer::Set& set : m_answer.sets)
            for (const std::string& row : set.rows)
                got += (got.empty() ? "" : ";") + row;
        if (!m_answer.errors.empty()) return "wanted rows '" + wanted + "', heard " + said();
        return got == wanted ? std::string{} : "wanted rows '" + wanted + "', got '" + got + "'";
    }
    std::string expectErrors(const std::vector<std::string>& wanted)
    {
        bool same = wanted.size() == m_answer.errors.size();
        for (std::size_t i = 0; same && i < wanted.size(); ++i) {
            const base::ServerError& error = m_answer.errors[i];
            const std::string number = std::to_string(error.number);
            const std::string state = number + "/" + std::to_string(error.state);
            const std::string line = "@" + std::to_string(error.line);
            same = wanted[i] == number || wanted[i] == state || wanted[i] == number + line || wanted[i] == state + line;
        }
        if (same) return {};
        std::string all;
        for (const std::string& word : wanted)
            all += (all.empty() ? "" : " ") + word;
        std::string got;
        for (const Answer::Set& set : m_answer.sets)
            for (const std::string& row : set.rows)
                got += (got.empty() ? "" : ";") + row;
        return "wanted error " + all + ", heard " + said() + (got.empty() ? "" : " with rows " + got);
    }
    std::string said() const
    {
        std::string out;
        for (const auto* list : {&m_answer.errors, &m_answer.infos})
            for (const base::ServerError& message : *list)
                out += "[" + std::to_string(message.number) + "/" + std::to_string(message.state) + "@" + std::to_string(message.line) + " "
                    + message.message + "]";
        return out.empty() ? "nothing" : out;
    }

    EngineFixture& m_lab;
    std::string m_profile;
    std::vector<std::unique_ptr<EngineSession>> m_sessions;
    EngineSession* m_session = nullptr;
    bool m_keys = true;
    std::vector<std::string> m_values;
    Answer m_answer;
};

} // namespace es::sandbox
