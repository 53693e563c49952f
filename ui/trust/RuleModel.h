// The rules of one attestation as rows: rule, expected, seen; those that failed first. Thread: GUI thread only.
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <QAbstractTableModel>

#include <memory>

namespace es::ui {

class RuleModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { kRule, kExpected, kSeen, kColumnCount };
    static constexpr int kBriefCount = 10; // more when more than that failed

    explicit RuleModel(QObject* parent = nullptr);

    // Null pointer: no rows.
    void setReport(std::shared_ptr<const attestation::AttestationReport> report);
    // Only the first of them, which say the most, or every one.
    void setShowAll(bool all);
    [[nodiscard]] bool showsAll() const { return m_all; }
    [[nodiscard]] int ruleCount() const { return static_cast<int>(m_rows.size()); } // also those that are not shown
    [[nodiscard]] int rowOf(const QString& ruleId) const; // also of a row that is not shown; -1: none
    // Title, verdict, why, and both values in full: what a person reads about the row.
    [[nodiscard]] QString explain(int row) const;
    [[nodiscard]] bool failed(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] QString text(const attestation::RuleResult& rule, int column) const;
    [[nodiscard]] int briefCount() const;

    std::shared_ptr<const attestation::AttestationReport> m_report;
    std::vector<const attestation::RuleResult*> m_rows; // into m_report
    bool m_all = false;
};

} // namespace es::ui
