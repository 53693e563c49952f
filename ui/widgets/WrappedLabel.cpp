#include "ui/widgets/WrappedLabel.h"

namespace es::ui {

WrappedLabel::WrappedLabel(const QString& text, QWidget* parent)
    : QLabel(text, parent)
{
    setWordWrap(true);
}

void WrappedLabel::forgetIfChanged() const
{
    const Measured now{text(), font(), contentsMargins(), indent() + margin(), textFormat()};
    if (now == m_measured) return;
    m_measured = now;
    m_heights.clear();
    m_hint = {};
    m_minimum = {};
}

int WrappedLabel::heightForWidth(int width) const
{
    forgetIfChanged();
    const auto known = m_heights.constFind(width);
    if (known != m_heights.constEnd()) return *known;
    const int height = QLabel::heightForWidth(width);
    m_heights.insert(width, height);
    return height;
}

QSize WrappedLabel::sizeHint() const
{
    forgetIfChanged();
    if (!m_hint.isValid()) m_hint = QLabel::sizeHint();
    return m_hint;
}

QSize WrappedLabel::minimumSizeHint() const
{
    forgetIfChanged();
    if (!m_minimum.isValid()) m_minimum = QLabel::minimumSizeHint();
    return m_minimum;
}

} // namespace es::ui
