// From tokens to what a sink wants: column sets, blocks of decrypted rows, messages, counts. Holds back what it can until the first
// real fact, so that a statement that failed only because of stale key metadata can be run again unseen.
// Thread: session thread only.
#pragma once

#include "driver/base/Clock.h"
#include "driver/session/ColumnDecryptor.h"
#include "driver/session/ExchangeMachine.h"
#include "driver/session/KeyUse.h"
#include "driver/session/ResultSink.h"
#include "driver/session/ServerErrors.h"

namespace es::session {

struct ResultOptions {
    bool decrypt = false;
    std::vector<std::int32_t> retryNumbers;           // server errors that mean "once more", while nothing has reached the sink
    std::shared_ptr<const DescribeAnswer> described;  // whose keys decrypt output parameters; may be null
    std::shared_ptr<const KeyUse> keyUse;             // names of keys for ColumnInfo::keyName; may be null
};

class ResultBuilder final : public AnswerHandler {
public:
    static constexpr std::size_t kMaxBlockRows = 4096;
    static constexpr std::size_t kMaxBlockBytes = std::size_t{1} << 20;
    static constexpr std::chrono::milliseconds kMaxRowAge{100};  // rows of a slow answer are shown at this pace

    // All must outlive it.
    ResultBuilder(ResultSink& sink, ColumnKeys& keys, const base::Clock& clock, ResultOptions options);

    void onToken(const tds::Token& token) override;
    void onPause() override;

    [[nodiscard]] const StatementErrors& serverErrors() const { return m_errors; }
    [[nodiscard]] StatementErrors& serverErrors() { return m_errors; }
    // Ours: a cell or a key that failed. The rest of the answer was passed by.
    [[nodiscard]] const std::optional<base::Error>& failure() const { return m_failure; }
    // The server error to answer with a second try; 0: none.
    [[nodiscard]] std::int32_t retryNumber() const { return m_retryNumber; }

private:
    void onColumns(const tds::ColMetadataPtr& metadata);
    void onRow(const tds::Row& row);
    [[nodiscard]] bool decryptRow(const tds::Row& row);
    [[nodiscard]] bool widthsFit(const tds::Row& row);
    void onDone(const tds::Done& done);
    void onMessage(const tds::ServerMessage& message);
    void onReturnValue(const tds::ReturnValue& token);
    [[nodiscard]] base::Result<ReturnValue> readReturnValue(const tds::ReturnValue& token);
    [[nodiscard]] base::Result<base::Bytes> decryptReturnValue(const tds::ReturnValue& token);
    void flush();
    void announceColumns();
    void fail(base::Error error);

    ResultSink& m_sink;
    ColumnKeys& m_keys;
    const base::Clock& m_clock;
    ResultOptions m_options;

    struct StagedCell { std::size_t begin, end; };  // of a decrypted cell, in m_staging
    std::shared_ptr<const types::ColumnSet> m_columns;
    bool m_columnsAnnounced = true;
    std::vector<std::uint32_t> m_widths;
    std::vector<std::optional<ColumnDecryptor>> m_decryptors;  // empty: nothing to decrypt in this result
    std::vector<StagedCell> m_stagedCells;
    base::Bytes m_staging;
    base::Bytes m_resized;
    std::optional<types::RowBlockBuilder> m_rows;
    std::chrono::steady_clock::time_point m_oldestRowAt;
    std::uint64_t m_rowNumber = 0;

    bool m_sinkKnows = false;  // something has reached the sink
    StatementErrors m_errors;
    std::optional<base::Error> m_failure;
    std::int32_t m_retryNumber = 0;
};

}  // namespace es::session
