// The evidence of one query window's enclave: verdict, chain, rules, bytes, and the keys that were given to it. Thread: GUI thread only.
#pragma once

#include "ui/services/SessionFacts.h"

#include <QFrame>

class QLabel;
class QMenu;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QTableView;
class QToolButton;
class QTreeWidget;

namespace es::ui {

class Banner;
class ChainView;
class RuleModel;
class VerdictCard;

class AttestationInspector : public QFrame {
    Q_OBJECT
public:
    enum class Place : quint8 { kRight, kBottom, kWindow };

    explicit AttestationInspector(QWidget* parent = nullptr);

    // What is true in the window in front; the report in it is shown, or why there is none.
    void follow(HostState state, const SessionFacts& facts);
    void followNothing(); // no query window is in front
    // An attestation goes on; its end is told by showTested() or follow(). `sentence`: "waiting for hgs.bastion.local".
    void showAttesting(const QString& sentence);
    // The outcome of an attestation that was asked for here; until the next follow() with another report. Null pointer: it came to none.
    void showTested(std::shared_ptr<const attestation::AttestationReport> report);
    void showProblem(const QString& title, const QString& text);

    [[nodiscard]] const std::shared_ptr<const attestation::AttestationReport>& report() const { return m_report; }
    void enter(); // focus: the rules, else whatever can be done

Q_SIGNALS:
    void attestRequested();
    void policyRequested();
    void closeRequested();
    void placeRequested(es::ui::AttestationInspector::Place place);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildHead();
    void buildEmpty();
    void buildBody();
    void buildFoot();
    void buildMenu();
    QWidget* captionRow(const QString& caption, QWidget* right);
    void showEmpty(const char* icon, const QString& title, const QString& text, const QString& button = {});
    void showReport(std::shared_ptr<const attestation::AttestationReport> report);
    void showRules();
    void fitRules();
    void showSelectedRule();
    void showKeys(const std::vector<attestation::ReleasedKey>& keys);
    void selectRule(const QStringList& ids);
    void drawIcons();
    void chooseRecordFile();
    void choosePageFile();
    void save(const QString& path, const QByteArray& bytes);
    void showRaw();
    void copyForSupport();

    std::shared_ptr<const attestation::AttestationReport> m_report;
    std::shared_ptr<const attestation::AttestationReport> m_followed; // of the window, whatever is shown
    std::vector<attestation::ReleasedKey> m_keys;
    bool m_canAttest = false;
    bool m_attesting = false;

    RuleModel* m_model;
    QToolButton* m_saveIcon = nullptr;
    QToolButton* m_more = nullptr;
    QToolButton* m_close = nullptr;
    Banner* m_banner;
    QStackedWidget* m_stack;
    QLabel* m_emptyIcon = nullptr;
    const char* m_emptyIconName = "shield";
    QLabel* m_emptyTitle = nullptr;
    QLabel* m_emptyText = nullptr;
    QPushButton* m_emptyButton = nullptr;
    QScrollArea* m_scroll = nullptr;
    VerdictCard* m_card = nullptr;
    ChainView* m_chain = nullptr;
    QTableView* m_rules = nullptr;
    QLabel* m_ruleDetail = nullptr;
    QLabel* m_noKeys = nullptr;
    QLabel* m_sessionEnds = nullptr;
    QTreeWidget* m_keyList = nullptr;
    QPushButton* m_raw = nullptr;
    QPushButton* m_allRules = nullptr;
    QPushButton* m_saveRecord = nullptr;
    QPushButton* m_savePage = nullptr;
    QLabel* m_footNote = nullptr;
    QList<QAction*> m_needReport;
    QAction* m_attestAction = nullptr;
};

} // namespace es::ui
