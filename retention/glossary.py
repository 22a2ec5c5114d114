"""Every definition this product uses, in the words its pages show: the one text behind pages, methods and exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from retention.errors import InputError

BOARD: Final = "SaaS Metrics Standards Board"
OURS: Final = "This product's own rule"
FIELD: Final = "Usual in the field"


@dataclass(frozen=True)
class Term:
    """One definition.

    Attributes:
        name: as printed.
        plain: one sentence for somebody who hears the word for the first time.
        definition: exactly what is counted or computed.
        formula: the arithmetic in one line, empty where there is none.
        source: whose definition it is.
    """

    name: str
    plain: str
    definition: str
    formula: str = ""
    source: str = OURS


_WORDS: Final = {
    "logo": Term(
        "Logo",
        "One paying organisation.",
        "Logo, customer and account mean the same: one paying organisation with one customer id. Where the file names "
        "parents, a parent may be the logo instead, if you say so; it is lost when its last account ends.",
        source=FIELD,
    ),
    "same_company": Term(
        "Several ids, one company",
        "Two accounts that may be the same organisation.",
        "Ids are suspected to be one company when they share a parent or an e-mail domain that is not a public "
        "provider's, or when one ends and another of the same company starts within 31 days. They are never merged "
        "silently: you are asked, with both counts shown.",
    ),
    "span": Term(
        "Span",
        "One unbroken stretch of being a customer.",
        "From the first day as a customer to the first day no longer one, which is empty while the customer is active. "
        "A stretch that starts on or before the day the previous one ends continues it; one day between is a lapse. "
        "A span of no days is active on no day: its customer belongs to a cohort and is lost at age 0.",
    ),
    "term": Term(
        "Term",
        "One contract or billing period as the file has it.",
        "Kept beside the spans it merges into, because only terms say when a customer could leave.",
    ),
    "active": Term(
        "Active on a day",
        "A customer at the end of that day.",
        "Some span started on or before the day, and has not ended or ends after it.",
        "started on or before d, and not churned or churned after d",
    ),
    "snapshot": Term(
        "Snapshot",
        "Who is a customer at the end of one day.",
        "All customers active on that day, counted at its end.",
    ),
    "as_of": Term(
        "As-of date",
        "The last day the file can speak for.",
        "Read off the file's facts (starts, past churns, paid months, events; never renewals, reviews or scheduled "
        "ends), shown, changeable and stored; never today by default. Ends after it are not churn yet. An earlier "
        "date hides later starts and reopens later churns; a later one must be confirmed, because nobody is known to "
        "have stayed.",
    ),
    "cut_file": Term(
        "Cut file",
        "A file that stops on a day as if everybody had left.",
        "No start follows some day, and over half of those active on it end later, together: the file stops there. "
        "The as-of date is then the day before the first such end, and the churn on that day is the cut, not churn.",
    ),
    "left_truncated": Term(
        "Left-truncated",
        "Customers who were there before the file began, so that their real start is unknown.",
        "Found where the first start period holds more than twice as many starts as the largest later one, or where a "
        "customer is there in the first month of a revenue sheet. They stay in windows and leave cohorts, averages and "
        "survival unless you switch them on; they are named. If no cohort would remain, they are shown with a warning.",
    ),
    "right_censored": Term(
        "Not observed that long yet",
        "Too young for the question.",
        "A customer not yet followed to an age leaves the denominator at that age and never counts as kept or lost.",
        source=FIELD,
    ),
    "cohort": Term(
        "Cohort",
        "Customers who started in the same month, quarter, half-year or year.",
        "The customers whose first span started in the period; a later return does not make a new cohort member.",
        source=FIELD,
    ),
    "age": Term(
        "Age",
        "Months since a customer's own start.",
        "Age k is the k-month anniversary of the customer's first start: k months added to the original date, moved "
        "back to the month's last day where it has no such day (31 January, 28 or 29 February, 31 March).",
    ),
    "not_recorded": Term(
        "Not recorded",
        "Customers whose attribute is empty in the file.",
        "They form a row of their own, so that the rows of a table always sum to its total.",
    ),
    "attributes_as_now": Term(
        "As recorded now",
        "Segments are those of today, not of the time a customer left.",
        "The file holds one value per customer. Survivors get upgraded and leavers keep their last plan or owner, so "
        "segments flatter the upper ones. With dated history or revenue, the value at the opening is offered instead.",
    ),
    "end_day": Term(
        "Which day is the end",
        "Whether a date in an end column is the last day covered or the first day gone.",
        "A churn, cancellation or ended date is the first day not a customer. For contract and term ends the whole "
        "column decides: if the same customer's terms mostly restart the day after, or 80% of the ends are month ends, "
        "the end is the last day covered and churn is the day after; if they restart on the same day, the end is the "
        "first day gone; if neither, you are asked.",
    ),
    "paid_month": Term(
        "Month of revenue",
        "A month with revenue is a month as a customer.",
        "A month column means the whole month, however its header is dated. Revenue above 0 makes the customer active "
        "every day of it; blank is 0, and counted. A span runs from the first day of the first paid month to the first "
        "day of the first unpaid one inside the months the file covers, and the as-of date is the last day of the last "
        "complete month. Where customers are billed less often than monthly, you are asked.",
    ),
    "row_account": Term(
        "Row account",
        "What happened to every row of the file.",
        "Every row is used, set aside or blank; a repaired row is a used one. Nothing is imputed, and what was set "
        "aside can be downloaded with its row numbers.",
        "rows read = rows used + rows set aside + rows blank",
    ),
}

_WINDOW: Final = {
    "window": Term(
        "Window",
        "The time between two snapshots.",
        "From the end of the opening day to the end of the closing day: calendar 2025 runs from 31 December 2024 to "
        "31 December 2025. By default the twelve months to the last complete month end on or before the as-of date. A "
        "window that closes on a month's last day opens on one. A close after the as-of date is refused.",
    ),
    "starting": Term(
        "Starting",
        "Customers at the opening.",
        "Customers active on the opening day: the denominator of logo retention.",
        source=BOARD,
    ),
    "ending": Term("Ending", "Customers at the close.", "Customers active on the closing day.", source=BOARD),
    "retained": Term(
        "Retained",
        "Customers of the opening who are there at the close.",
        "Customers active on the opening day and on the closing day. Who left and came back in between is retained.",
        source=BOARD,
    ),
    "churned": Term(
        "Churned",
        "Customers of the opening who are gone at the close.",
        "Customers active on the opening day and not on the closing day.",
        "starting - retained",
        BOARD,
    ),
    "new": Term(
        "New",
        "Customers who joined for the first time and are there at the close.",
        "First start after the opening day and on or before the closing day, and active on the closing day. Who "
        "joined, left and was back by the close counts.",
    ),
    "reactivated": Term(
        "Reactivated",
        "Former customers who are back at the close.",
        "First start on or before the opening day, not active on it, and active on the closing day.",
    ),
    "passed_through": Term(
        "Came and went inside the window",
        "Customers seen neither at the opening nor at the close.",
        "Joined and left inside, and returned and left inside, are counted apart, on neither side of the rate.",
    ),
    "walk": Term(
        "Walk",
        "From the opening count to the closing count.",
        "The four moves always add up, for the book and for every segment.",
        "starting - churned + new + reactivated = ending",
    ),
    "cancelling_moves": Term(
        "Came and went inside the year",
        "Why the months' churn exceeds the year's.",
        "Only the net adds up across windows. The sum of the months' churned exceeds the year's by exactly as much as "
        "the sum of the months' new and reactivated does.",
        "sum of monthly (new + reactivated - churned) = the year's",
    ),
    "logo_retention": Term(
        "Logo retention",
        "The share of customers who stayed.",
        "Of the customers active on the opening day, the share active on the closing day. Customers won inside the "
        "window are on neither side. With nobody at the opening it has no value; it is not 0 and not 100%.",
        "retained / starting",
        BOARD,
    ),
    "logo_churn": Term(
        "Logo churn",
        "The share of customers who left.",
        "Of the customers active on the opening day, the share not active on the closing day.",
        "1 - logo retention",
        BOARD,
    ),
    "trailing_trend": Term(
        "Trailing trend",
        "The same rate for windows that end later and later.",
        "Logo retention of windows of one length, one per month end or quarter end. Neighbouring windows share most "
        "of their months, so their difference is never tested.",
    ),
    "annualised": Term(
        "If this month's rate held",
        "A month's rate said as a year's.",
        "Rates compound: losing 3% a month is losing 30.6% a year, not 36%; losing 27% over three years is losing 10% "
        "a year. A range is compounded at both ends.",
        "yearly = monthly ^ 12",
    ),
    "undated_churn": Term(
        "Churned without a readable date",
        "Customers known to have left, but not when.",
        "They are set aside and counted. Wherever they exist, the rate with all of them lost in the window is shown "
        "beside the rate.",
    ),
}

_SURE: Final = {
    "points": Term(
        "Points (pts)",
        "The difference of two rates.",
        "From 90% to 91% is one point. Never written with a percent sign, which would read as a relative change.",
        "later rate - earlier rate",
        FIELD,
    ),
    "wilson_interval": Term(
        "Wilson interval",
        "How far a rate counted on so few customers moves with nothing changed.",
        "The 95% score interval of a share, given beside rates that count customers: the default reading, the "
        "never-lapsed reading, cohort cells and renewals. Other readings are no share of customers and have none.",
        "(p + z²/2n ± z × root(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96",
        "Wilson 1927",
    ),
    "newcombe_interval": Term(
        "Newcombe interval",
        "How far the difference of two rates moves with nothing changed.",
        "The 95% interval of a difference, made from the Wilson intervals of both rates. Only between groups or "
        "windows that do not overlap, so never between neighbours of a trailing trend.",
        "d - root((p1-low1)² + (high2-p2)²) to d + root((high1-p1)² + (p2-low2)²)",
        "Newcombe 1998, method 10",
    ),
    "change_test": Term(
        "How likely with nothing changed",
        "How often a move this big would appear with nothing changed.",
        "The p-value of the score test for two proportions with the rate pooled over both.",
        "z = (p1 - p2) / root(p(1-p)(1/n1 + 1/n2))",
        FIELD,
    ),
    "ladder": Term(
        "Ladder of words",
        "How a change is put into words.",
        "Clearly: p below .01. Probably: p below .10; with nothing changed, a move this big would still appear about "
        "1 year in 18. No sign of a change: the whole interval lies within 1 point. Otherwise the "
        "change is within the normal variation of a book this size.",
    ),
    "band": Term(
        "Band",
        "Where a published source says a rate should lie.",
        "A lower and an upper end from one source. 95+ has no upper end: a rate can meet it, never lie above it. A "
        "median alone is no band.",
    ),
    "verdict": Term(
        "Standing against a band",
        "Below, inside or above; meets where a band has no upper end.",
        "A past rate is a count, so it stands where it stands. It is firm when its whole 95% range stands there too, "
        "else close, always with the swing count. A band covers only the customers it was published for: the others "
        "are on neither side, and where they are more than half there is no verdict.",
        "below: rate under the lower end; above: over the upper end; inside: between; meets: over an open band's end",
    ),
    "swing_count": Term(
        "Swing count",
        "How many customers would have changed the picture.",
        "The smallest number of customers whose staying or leaving would have put the rate on the other side of the "
        "nearest end of the band.",
    ),
    "bootstrap_interval": Term(
        "Range of a revenue rate",
        "How far a few large customers could move GRR or NRR.",
        "Customers are drawn again and again, with a fixed seed, from those at the opening; the range holds the middle "
        "95% of the rates so drawn.",
        source=FIELD,
    ),
}

_CONVENTIONS: Final = {
    "smsb": Term(
        "Standards Board",
        "Who was there at the start and is there at the end.",
        "Customers active at both ends over customers active at the start. The default here.",
        "active at both ends / starting",
        BOARD,
    ),
    "never_lapsed": Term(
        "Never lapsed",
        "Who was there the whole time.",
        "Customers active on every day from the opening to the close over customers active at the start. Who left and "
        "came back counts as lost.",
        "active every day / starting",
    ),
    "end_minus_new": Term(
        "Ending minus joined",
        "The spreadsheet rule.",
        "Customers at the end less everyone who joined inside the window, even those who left again, over customers at "
        "the start.",
        "(ending - joined) / starting",
        FIELD,
    ),
    "chartmogul": Term(
        "ChartMogul",
        "Cancellations, less those that do not count against the opening.",
        "One minus cancellations over customers at the start, where the cancellations of joiners and those of opening "
        "customers who had started again by the close are taken out. Nothing is taken out twice.",
        "1 - (cancellations - joined and left - left and returned) / starting",
        "ChartMogul",
    ),
    "stripe": Term(
        "Stripe",
        "Every cancellation, over everybody who could have cancelled.",
        "One minus cancellations over customers at the start and those who joined.",
        "1 - cancellations / (starting + joined)",
        "Stripe",
    ),
    "baremetrics": Term(
        "Baremetrics",
        "Every cancellation, over the opening.",
        "One minus cancellations, joiners' included, over customers at the start.",
        "1 - cancellations / starting",
        "Baremetrics",
    ),
    "end_over_start": Term(
        "End over start",
        "Growth, mistaken for retention.",
        "Customers at the end over customers at the start. It counts new customers as kept and is shown only to "
        "explain a wrong number.",
        "ending / starting",
    ),
    "cancellation": Term(
        "Cancellation",
        "One end of a span.",
        "A span that ends after the opening day and on or before the closing day, counted per event: a customer who "
        "leaves twice cancels twice.",
    ),
    "joined": Term(
        "Joined",
        "First starts inside the window.",
        "Customers whose first start lies after the opening day and on or before the closing day, including those who "
        "left again.",
    ),
    "left_and_returned": Term(
        "Left and returned",
        "Cancellations made good inside the window.",
        "Cancellations of customers of the opening that are followed by a start on or before the closing day.",
    ),
    "joined_and_left": Term(
        "Joined and left",
        "Cancellations of those who joined inside the window.",
        "All cancellations of customers whose first start lies inside the window.",
    ),
    "two_systems": Term(
        "Two systems",
        "The same customers in two files, and the way from one rate to the other.",
        "Customers in one file only are taken out or put in; then those at the opening in one alone, then those at the "
        "close in one alone, are counted as the second file has them. That ends at the second file's rate, with "
        "nothing left over. Starts or ends over 31 days apart are listed too.",
    ),
    "matched_customers": Term(
        "Matched customers",
        "How the same customer is found in two files.",
        "By the id, without regard to capitals; else by the e-mail address; else by the name without capitals and "
        "punctuation. What stands for several customers of a file matches nobody.",
    ),
}

_RULES: Final = {
    "rule_paused": Term(
        "Rule: paused",
        "Is a paused customer still one?",
        "Yes by default: a paused customer counts as active. Otherwise it is churn from the day of the pause.",
    ),
    "rule_zero_revenue": Term(
        "Rule: zero revenue",
        "Is somebody who pays nothing a customer?",
        "No by default: zero recurring revenue is churn from the first day of the first zero month, inside the months "
        "the file covers. Otherwise the customer stays active.",
    ),
    "rule_trials": Term(
        "Rule: trials",
        "Does a trial count?",
        "No by default: a trial is no customer until it pays. Otherwise it counts from its start.",
    ),
    "rule_past_due": Term(
        "Rule: past due",
        "Is an unpaid subscription lost?",
        "Not by default: it stays active until it ends. Otherwise it is churn.",
    ),
    "rule_churn_date": Term(
        "Rule: churn date",
        "Which day did the customer leave?",
        "By default the day service ended. Otherwise the day the end was asked for.",
    ),
    "rule_logo": Term(
        "Rule: logo",
        "Are accounts counted, or companies?",
        "By default every customer id is one logo. Otherwise the parent is, and is lost when its last account ends.",
    ),
    "rule_attributes": Term(
        "Rule: attributes",
        "Is somebody counted under what they were at the opening, or under what they are now?",
        "By default a window is split by the values held at its opening, where the file has them by span, term or "
        "month. Otherwise by those recorded last, which flatters what customers are upgraded to.",
    ),
    "rule_assumed_term": Term(
        "Rule: assumed contract term",
        "How long is a contract whose length the file does not say?",
        "By default nothing is assumed, and such customers have no renewals. Otherwise terms of the chosen length "
        "follow one another from the start of a stay.",
    ),
}

_RENEWAL: Final = {
    "renewal_rate": Term(
        "Renewal rate",
        "Of those who could leave, the share who stayed.",
        "Of the terms that ended in the window, as-of day included, the share whose customer was still active on the "
        "day after.",
        "renewed / due",
        FIELD,
    ),
    "due": Term(
        "Due",
        "Terms that came to a decision.",
        "Terms that ended in the window. They come from the file; else from the term's length in months (12 where the "
        "file has none, shown) counted from the span's start. Leaving mid-term is a loss at that term's decision. A "
        "renewal date in the file is the next renewal, never history.",
    ),
    "renewed": Term("Renewed", "Decisions to stay.", "Terms due whose customer was active on the day after the end."),
    "renewals_ahead": Term(
        "Renewals ahead",
        "Of the customers whose term ends soon, how many should stay.",
        "The chance of one renewal is that of the last twelve months' decisions of the same segment and length of "
        "term, drawn towards the overall rate as if ten more decisions had gone that way. Whose term is shorter than "
        "the quarters ahead renews several times in them, and stays if each renewal comes. The 80% range comes from "
        "the beta-binomial of each group, simulated with a fixed seed.",
        "p = (renewed + 10 × overall rate) / (due + 10); after k renewals p^k",
    ),
    "arr_at_risk": Term(
        "ARR at risk",
        "The yearly revenue that should be lost at the renewals ahead.",
        "Over the customers whose term ends: one less the chance to stay at every renewal in the quarters ahead, "
        "times their ARR. Customers without a recorded ARR are not in it.",
        "sum of (1 - p^k) × ARR",
    ),
    "renewals_back_test": Term(
        "Was the forecast of renewals right before?",
        "The same forecast made at past quarter ends, beside what became of it.",
        "At each of the last eight quarter ends, with what the file says was known then: how often the range held the "
        "number who, without a gap, were still there after all of their renewals in the quarter. About four in five is "
        "what an 80% range promises.",
    ),
}

_COHORTS: Final = {
    "cohort_retention": Term(
        "Cohort retention",
        "Of those who started together, the share still there at one age.",
        "Of a cohort's members whose k-month anniversary is on or before the as-of date, the share active on that "
        "anniversary.",
        "retained / eligible",
        FIELD,
    ),
    "eligible": Term(
        "Eligible",
        "Old enough for the question.",
        "Members of a cohort whose k-month anniversary is on or before the as-of date.",
    ),
    "complete": Term(
        "Complete",
        "A cell that will not change any more.",
        "The cohort's period is over and every member is eligible. Until then the cell is marked, with the day it "
        "closes; a cell without eligible members is absent, never 0.",
    ),
    "completes_on": Term(
        "Closes on",
        "The day a cell becomes final.",
        "The last day of the cohort's period plus the cell's age.",
        "period end + k months",
    ),
    "pooled_average": Term(
        "Average over cohorts",
        "All complete cohorts taken as one.",
        "Retained summed over eligible summed, over the complete cells of one age, with its number of customers. "
        "Ages rest on different cohorts, so it is no survival curve and may rise.",
        "sum of retained / sum of eligible",
    ),
    "one_age": Term(
        "One age across cohorts",
        "Is each newer cohort better or worse at the same age?",
        "The cells of one age, cohort after cohort in the order of their start. Only complete cohorts are final.",
    ),
    "lapsed": Term(
        "Customers who came back",
        "Whether a return makes up for having left.",
        "By default active on the day counts, so a customer who came back is kept. Otherwise whoever was ever away "
        "counts as lost from then on.",
    ),
}

_REVENUE: Final = {
    "grr": Term(
        "Gross revenue retention (GRR)",
        "Of the opening's recurring revenue, the share kept before any growth.",
        "Over the customers with recurring revenue above 0 at the opening: each one's revenue at the close, at most "
        "that at the opening, over the opening's. Never above 100%. One current ARR column cannot give it.",
        "sum of min(opening, closing revenue) / sum of opening revenue",
        FIELD,
    ),
    "nrr": Term(
        "Net revenue retention (NRR)",
        "Of the opening's recurring revenue, the share there at the close, growth included.",
        "Over the customers with recurring revenue above 0 at the opening: their revenue at the close over that at the "
        "opening. Who paid nothing at the opening is outside, even if paying at the close.",
        "sum of closing revenue / sum of opening revenue",
        FIELD,
    ),
    "revenue_walk": Term(
        "Revenue walk",
        "From the opening's revenue to what those customers pay at the close.",
        "Churned is the revenue of those gone; contraction and expansion are the decrease and increase of those who "
        "stayed.",
        "starting - churned - contraction + expansion = revenue kept",
        FIELD,
    ),
    "arr_walk": Term(
        "ARR walk",
        "How the recurring revenue at the opening became that at the close.",
        "Churned: paid at the opening, nothing at the close. Contraction and expansion: paid at both, less or more. "
        "New: the first paid month ever lies in the window. Reactivated: paid before, nothing at the opening, paid at "
        "the close. ARR is twelve times a month's recurring revenue. Steps add up to the window except for "
        "what came and went inside it, which stands on a line of its own.",
        "opening - churned - contraction + expansion + new + reactivated = closing",
        FIELD,
    ),
    "revenue_cohort": Term(
        "Revenue cohort",
        "What the customers who first paid in the same period pay later, of what they first paid.",
        "Members first paid in the period; month 0 is each one's first paid month. NRR takes all they pay at an age, "
        "GRR each one's payment up to that of month 0. A cell is final when every member has reached the age inside "
        "the months covered; the average over cohorts sums the revenue of final cells.",
        "NRR(k) = sum of month k / sum of month 0",
        FIELD,
    ),
    "revenue_on_day": Term(
        "Revenue on a day",
        "The recurring revenue of the day's month.",
        "That of the month if the customer is active on the day, else 0. Negatives count 0 and are flagged; missing "
        "rows are unknown, not zero; part months at a start or end are flagged. Currencies are never added up.",
    ),
    "logo_against_revenue": Term(
        "Logo and revenue retention together",
        "What it means when the two disagree.",
        "High logo retention with NRR under 100%: customers stay and shrink. Low logo retention with high NRR: a few "
        "accounts may carry it, or growth is broad; the top ten's share tells. The one is never compared with a "
        "benchmark of the other.",
    ),
}

_SURVIVAL: Final = {
    "survival": Term(
        "Survival",
        "The share expected to be still there at each age.",
        "Estimated from everyone, however long observed, up to the end of the first span; returns are counted beside "
        "it. The age of a loss is the first anniversary on which the customer was not active, counted only if that "
        "anniversary is on or before the as-of date; everyone else leaves at the last anniversary reached. At equal "
        "ages losses come first.",
        "S(k) = product over ages up to k of (1 - churned / at risk)",
        "Kaplan and Meier 1958",
    ),
    "renewal_clock": Term(
        "Renewal clock",
        "Survival counted in decisions instead of months.",
        "The number of renewal decisions a customer has faced. Who has faced none is not at risk.",
    ),
    "survival_interval": Term(
        "Range of survival",
        "How far the curve moves with nothing changed.",
        "The 95% interval on the log-log scale; where the curve is 1 or 0 there is no width.",
        source="Kalbfleisch and Prentice 1980",
    ),
    "log_rank": Term(
        "Log-rank test",
        "Whether two curves differ beyond their normal variation.",
        "Compares the losses of each group at every age with those expected if all groups lost alike.",
        source="Mantel 1966",
    ),
    "sbg": Term(
        "Projection",
        "How a curve goes on when those likely to leave have left.",
        "The shifted beta-geometric model: every customer has a churn probability of their own, and the curve flattens "
        "because the likely leavers go first. Fitted by maximum likelihood on the counts of each age.",
        "S(t) = B(alpha, beta + t) / B(alpha, beta)",
        "Fader and Hardie 2007",
    ),
    "hold_out": Term(
        "Did the projection work before?",
        "The model is fitted on the past and checked on what came next.",
        "Fitted on the first two thirds of the ages; the mean absolute error in points on the rest is shown beside "
        "that of constant churn. With fewer than 6 ages it cannot be tested.",
    ),
    "lifetime_value": Term(
        "Lifetime value",
        "The margin one customer brings while it stays.",
        "Always to a horizon, 5 years by default, or discounted: the undiscounted mean may be infinite. A lifetime is "
        "1 / churn only where churn is constant.",
        "sum over months of survival × revenue × margin",
        FIELD,
    ),
}

_MIX: Final = {
    "rate_effect": Term(
        "Rate effect",
        "How much the total moved because segments kept more or fewer.",
        "For each segment, its average share of the starting customers times the change of its rate. Rate and mix "
        "effects of all segments sum exactly to the change of the total. A segment empty in one of the two windows "
        "takes the other's rate.",
        "mean share × change of rate",
        FIELD,
    ),
    "mix_effect": Term(
        "Mix effect",
        "How much the total moved because the book is made up differently.",
        "For each segment, how far its average rate lies from the average of the two totals, times the change of its "
        "share of the starting customers.",
        "(segment's mean rate - mean of the two totals) × change of share",
        FIELD,
    ),
    "mixed_band": Term(
        "Band of your own mix",
        "The benchmark a book made up like yours would face.",
        "The segments' bands weighted by your own customers at the start. It is no percentile range. An open band is "
        "closed where its source says it usually ends.",
        "sum of starting × band end / sum of starting",
    ),
    "number_bands": Term(
        "Bands of a number",
        "A number column, such as ARR, seats or a customer's age, as a segment.",
        "Every customer is in one band, the one its number falls into on the day shown; each edge belongs to the band "
        "above it, and who has no number is counted apart as not recorded. ARR by month is 12 times "
        "that of the day's month, or of a customer's first month, which cohorts need; age is in completed months. "
        "Under the names of published segments bands are held to benchmarks; no source says where its own segments "
        "end, so edges are yours to choose.",
        "",
        OURS,
    ),
    "churn_kinds": Term(
        "Kinds of churn",
        "Could it have been prevented?",
        "Controllable: price, product, service and the like. Uncontrollable: the customer closed, was acquired or no "
        "longer has the need. Involuntary: a payment failed. The kind is guessed from the words of each reason and can "
        "be changed; a customer has one reason, the one recorded last.",
        "controllable retention = 1 - controllable losses / starting",
    ),
    "expected_by_mix": Term(
        "Expected from the mix",
        "What a manager's accounts would keep if they did as well as everybody else's.",
        "The manager's accounts by segment, each at the segment's rate without those accounts. Outside what the mix "
        "predicts: beyond 1.96 or 3.09 standard deviations; under 5 expected losses by exact probabilities.",
        "expected = sum of n × r; variance = sum of n × r × (1 - r)",
    ),
}

_PLAN: Final = {
    "saved_logo": Term(
        "Logos saved",
        "Customers more than without the plan.",
        "Customers left at the target less customers left at today's rate, counted at the end of the horizon. Assumed, "
        "not promised.",
        "logos × (target - current), over one year",
    ),
    "value_of_saved": Term(
        "Value of a saved logo",
        "What a customer who stays after all pays in a year.",
        "By default the average ARR of those actually lost, by segment. The blended average of the book is the "
        "published method; a difference of over 20% is pointed out.",
    ),
    "gain": Term(
        "Gain",
        "The margin kept because customers stayed.",
        "ARR of the customers saved times gross margin: a run rate at the year's end, not the cash of the year. A "
        "saved customer counts one year of margin when saved and one more for every later year it is still here.",
        "logos saved × ARR per logo × gross margin",
    ),
    "earned_or_run_rate": Term(
        "Earned, or as a run rate",
        "Two answers to what a plan brings, never one called the other.",
        "Earned in the first twelve months is the margin that has come in by then, a month at a time: for even savings "
        "about half. The run rate is what the customers saved by then bring in a whole year.",
        "earned = sum over months of customers saved × ARR × gross margin / 12",
    ),
    "roi": Term(
        "Return on investment (ROI)",
        "What comes back on top of each unit spent.",
        "Gain less investment, over investment; the investment is deducted once. Without an investment it has no "
        "meaning.",
        "(gain - investment) / investment",
        FIELD,
    ),
    "multiple": Term(
        "Multiple",
        "How many times the spending comes back.",
        "Gain over investment: always one more than the ROI, and often confused with it.",
        "gain / investment",
        FIELD,
    ),
    "break_even": Term(
        "Break-even",
        "How many customers must stay for the plan to pay for itself.",
        "The customers saved, and the points of retention, at which the ROI is 0; in whole customers the next number "
        "up.",
        "investment / (ARR per logo × gross margin), over one year",
        FIELD,
    ),
    "payback": Term(
        "Payback month",
        "When the plan has paid for itself.",
        "The first month from which the gain so far stays at or above the spending so far: what has come in against "
        "what has been paid, month by month. On the run rate, a yearly cost counts as soon as its year begins. Money "
        "that is spent is never back in month 0.",
        source=FIELD,
    ),
    "npv": Term(
        "Net present value (NPV)",
        "What the plan is worth today.",
        "Each month's gain less its spending, discounted to the start. At 0% it is the net itself.",
        "sum over months of net / (1 + yearly rate) ^ (month / 12)",
        FIELD,
    ),
    "ramp": Term(
        "Ramp and fade",
        "A programme starts slowly and its effect goes when it ends.",
        "The effect grows in a straight line to its full size over the ramp, and after the programme's last month "
        "falls in a straight line to nothing over the fade.",
    ),
    "scenario_hazards": Term(
        "Beyond the first year",
        "How a book ages in the plan.",
        "Every year's loss follows the book's own survival, with one factor so that the first year keeps today's rate. "
        "The plan multiplies every year's loss by the same ratio.",
        "loss with the plan = loss today × (1 - target) / (1 - current)",
    ),
    "one_point": Term(
        "One point",
        "What one more point of retention keeps in a year.",
        "One point of 1,000 customers at 50,000 a year is 10 customers and 500,000.",
        "logos × 0.01 × ARR per logo",
    ),
    "growth_to_find": Term(
        "Growth to find",
        "What new business and expansion must bring.",
        "The target less what is left of today's ARR. With gross revenue retention where the file has it; with logo "
        "retention it is an approximation, and labelled so.",
        "target ARR - ARR now × retention",
    ),
    "coverage": Term(
        "Coverage",
        "Accounts per customer success manager.",
        "Customers of a segment over managers; managers needed are rounded up. What a ratio buys in retention is an "
        "assumption you make.",
        "accounts / managers",
    ),
    "revenue_curve": Term(
        "Revenue retention curve",
        "Where steady monthly moves lead.",
        "Each month revenue changes by expansion less contraction less churn; without the expansion it is the gross "
        "curve.",
        "NRR = (1 + expansion - contraction - churn) ^ n; GRR = (1 - contraction - churn) ^ n",
        FIELD,
    ),
    "unit_economics": Term(
        "Unit economics",
        "Whether a customer brings more than it costs to win.",
        "With constant churn the lifetime value is the monthly margin over monthly churn. The book's own survival to a "
        "horizon is shown beside it.",
        "LTV = ARPA × margin / churn; LTV:CAC = LTV / CAC; payback = CAC / (ARPA × margin)",
        FIELD,
    ),
    "cohort_payback": Term(
        "Cohort payback",
        "When a cohort has earned back what it cost to win, some having left.",
        "Margin of the survivors, month by month, against the cost of winning everyone; within the month in a straight "
        "line. Billing at the start or the end of the month gives two answers.",
        "first t with sum of survival × ARPA × growth ^ age × margin at least CAC",
    ),
    "two_stage_curve": Term(
        "Two-stage curve",
        "High churn at first, low churn after.",
        "One monthly churn for the first months and another for all later ones.",
        "(1 - early) ^ early months × (1 - late) ^ later months",
        FIELD,
    ),
    "retention_targets": Term(
        "Retention targets",
        "What must hold for a revenue target to be met.",
        "Given churn and contraction, the expansion needed; given expansion, the churn and contraction allowed.",
        "expansion needed = target NRR - 1 + churn + contraction",
        FIELD,
    ),
    "quota": Term(
        "Quota attainment and pace",
        "How far along, and whether that is fast enough.",
        "Attainment is what was closed over the quota; pace is attainment over the share of the period gone by.",
        "attainment = closed / quota; pace = attainment / share of period passed",
        FIELD,
    ),
}

_RISK: Final = {
    "risk_score": Term(
        "Risk score",
        "How many warning signs a customer shows, 0 to 100, high is risky.",
        "Every known factor is green, yellow or red, which count 0, one half and 1; the score is 100 times their mean, "
        "weighted. Weights sum to 100 and can be edited. With under half of the weight known there is no score. "
        "Missing factors are named.",
        "100 × sum of weight × colour / sum of known weights",
    ),
    "risk_band": Term(
        "Risk band",
        "High, medium or low.",
        "High from 65, medium from 35. The limits are ours and can be edited.",
    ),
    "usage_factor": Term(
        "Product usage",
        "How much of the licence is used. Weight 30.",
        "Share of the licence used. Green above 75%, yellow from 25% to 75%, red below 25%.",
    ),
    "engagement_factor": Term(
        "Engagement trend",
        "Is use growing or shrinking? Weight 20.",
        "Green increasing, yellow stable, red declining over 30 days.",
    ),
    "tickets_factor": Term(
        "Support tickets",
        "How often they ask for help. Weight 15.",
        "Tickets a month. Green below 2, yellow 2 to 5, red above 5.",
    ),
    "renewal_factor": Term(
        "Days to renewal",
        "How soon they decide. Weight 15.",
        "Green above 180 days, yellow 90 to 180, red below 90. A renewal date before the as-of date counts as missing: "
        "renewal date passed.",
    ),
    "executive_factor": Term(
        "Executive contact",
        "When somebody senior last sat down with them. Weight 10.",
        "Green: a review is scheduled, whatever the last, or one was held less than 90 days ago. Yellow: the last was "
        "90 days to 6 calendar months ago. Red: longer ago. Both cells blank is missing; a switch makes it mean never.",
    ),
    "adoption_factor": Term(
        "Feature adoption",
        "How much of the product they use. Weight 10.",
        "Active features. Green 4 or more, yellow 2 or 3, red 0 or 1.",
    ),
    "base_rate": Term(
        "Base rate",
        "How many leave anyway.",
        "A list shorter than the number who leave in a year misses some of them: of 234 who left, 47 red accounts can "
        "be at most 47.",
    ),
    "base_rate_check": Term(
        "Base-rate check",
        "Can the list be right at all?",
        "The accounts in the high band beside the customers lost in the last twelve months: how many leavers a perfect "
        "list of that length could hold at most, whatever the score is worth.",
        "held at most = the smaller of accounts in the high band and yearly leavers",
    ),
    "back_test": Term(
        "Back-test",
        "Would the score have worked then?",
        "The score as it would have stood on a past day, from signals recorded on or before that day only, held "
        "against who left in the 3, 6 or 12 months that followed. Accounts without a score then are counted apart.",
        source=FIELD,
    ),
    "lift": Term(
        "Lift",
        "How much better than picking names out of a hat.",
        "The share of leavers among the accounts on the list over their share among all accounts tested. 1 is a random "
        "list. The most a list can reach is one over the share that left, less where it is longer than the leavers.",
        "leavers per account on the list / leavers per account of all",
        FIELD,
    ),
    "calibration": Term(
        "Calibration",
        "Do worse bands lose more?",
        "For each band of the past day, the share of its accounts that left afterwards, with its 95% "
        "range. A score is of use where the high band lost clearly more than the low one.",
        "left / accounts of the band",
        FIELD,
    ),
    "capacity": Term(
        "Capacity",
        "How many accounts the team can reach.",
        "The length of the work list: a number you enter. The back-test counts the leavers that a list of this length "
        "would have caught, so the same score is worth more to a team that can reach more accounts.",
    ),
}

_EVIDENCE: Final = {
    "first_hand": Term("First-hand", "Read at its publisher.", "The figure was read on a page of whoever found it."),
    "second_hand": Term(
        "Second-hand",
        "Quoted by somebody else.",
        "The figure was read on another page that quotes its publisher; the original was not seen.",
    ),
    "glossary_figure": Term(
        "Glossary",
        "Said without a sample of one's own.",
        "The figure stands in a metrics glossary or blog that shows no sample of its own.",
    ),
    "own_source": Term("Your own", "Added by you.", "A band you typed in, with the name of its source."),
}

SECTIONS: Final[Mapping[str, Mapping[str, Term]]] = MappingProxyType(
    {
        "Words": _WORDS,
        "Logo retention over a window": _WINDOW,
        "How sure": _SURE,
        "The same file under other names": _CONVENTIONS,
        "Rules": _RULES,
        "Renewals": _RENEWAL,
        "Cohorts": _COHORTS,
        "Revenue": _REVENUE,
        "Survival": _SURVIVAL,
        "Mix": _MIX,
        "Plan": _PLAN,
        "Risk": _RISK,
        "Evidence": _EVIDENCE,
    }
)
"""All terms by the heading they are printed under."""

TERMS: Final[Mapping[str, Term]] = MappingProxyType(
    {key: term for terms in SECTIONS.values() for key, term in terms.items()}
)
"""All terms by key."""


def define(key: str) -> Term:
    """The definition behind a key, such as "logo_retention".

    Raises:
        InputError: for a key nobody defined, with those that read alike.
    """
    if key not in TERMS:
        alike = get_close_matches(key, TERMS, n=3)
        raise InputError(f"Nothing is defined as {key!r}.{' Did you mean ' + ', '.join(alike) + '?' if alike else ''}")
    return TERMS[key]
