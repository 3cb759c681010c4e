//! Table of FHIR extensions: those that are read, those refused because ignoring them would change questions
//! or accepted answers, and those kept without effect. Their contents are read by other modules.

/// Treatment of an extension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rule {
    /// Read, at its proper place.
    Read,
    /// Refused, with the effect of ignoring it.
    Refuse(&'static str),
    /// Kept, ignored and listed.
    Ignore,
}

/// Element that has an extension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// On the Questionnaire or an item itself.
    Own,
    /// On something inside: a text, an option, a coding, a concept.
    Inner,
}

/// Prefix of FHIR's own extensions.
pub(super) const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
/// Prefix of the extensions of Structured Data Capture.
pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
/// Prefix under which R4 carries elements of R5.
pub(super) const R5: &str = "http://hl7.org/fhir/5.0/StructureDefinition/extension-";

/// Treatment of the extension `url` at `level`.
pub(super) fn rule(url: &str, level: Level) -> Rule {
    if let Some(name) = url.strip_prefix(CORE) {
        core(name, level)
    } else if let Some(name) = url.strip_prefix(SDC) {
        sdc(name, level)
    } else if let Some(name) = url.strip_prefix(R5) {
        r5(name, level)
    } else {
        Rule::Ignore
    }
}

fn core(name: &str, level: Level) -> Rule {
    match (name, level) {
        (
            "minValue"
            | "maxValue"
            | "maxDecimalPlaces"
            | "cqf-expression"
            | "targetConstraint"
            | "questionnaire-constraint"
            | "questionnaire-hidden"
            | "questionnaire-itemControl"
            | "questionnaire-unit"
            | "questionnaire-unitOption"
            | "questionnaire-minOccurs"
            | "questionnaire-maxOccurs"
            | "questionnaire-usageMode",
            Level::Own,
        )
        | (
            "translation"
            | "ordinalValue"
            | "itemWeight"
            | "questionnaire-optionExclusive"
            | "questionnaire-optionPrefix",
            Level::Inner,
        ) => Rule::Read,
        ("cqf-expression" | "cqf-calculatedValue", _) => {
            Rule::Refuse("an expression would make its value, and the diary evaluates none")
        }
        ("regex", _) => Rule::Refuse("it limits which answers are accepted"),
        ("minLength", _) => Rule::Refuse("it demands a shortest answer"),
        ("questionnaire-signatureRequired", _) => Rule::Refuse("it demands a signature with the answers"),
        _ => Rule::Ignore,
    }
}

fn sdc(name: &str, level: Level) -> Rule {
    match (name, level) {
        ("calculatedExpression" | "minQuantity" | "maxQuantity" | "shortText", Level::Own) => Rule::Read,
        ("answerExpression" | "answerOptionsToggleExpression", _) => {
            Rule::Refuse("an expression would decide which options there are")
        }
        ("enableWhenExpression", _) => Rule::Refuse("an expression would decide when it is asked"),
        ("subQuestionnaire", _) => Rule::Refuse("its items stand in another Questionnaire"),
        ("questionnaireAdaptive", _) => Rule::Refuse("a server would choose each next question"),
        _ => Rule::Ignore,
    }
}

fn r5(name: &str, level: Level) -> Rule {
    match (name, level) {
        ("ValueSet.expansion.contains.property", Level::Inner) => Rule::Read,
        ("Questionnaire.item.answerConstraint", _) => Rule::Refuse("it may allow answers beside the options"),
        _ => Rule::Ignore,
    }
}
