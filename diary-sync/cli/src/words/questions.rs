//! The words around questions.

use diary_core::text::Lang;
use diary_view::questionnaire::{Hint, Skipping};

/// The keys, once at the beginning. Skipping is offered where it is possible.
pub(crate) fn keys(skipping: Skipping, lang: Lang) -> String {
    let skip = match skipping {
        Skipping::All => lang.pick("s skip, ", "s 跳过，"),
        Skipping::Some => lang.pick("s skip where it is said, ", "s 跳过（题下有说明的才可以），"),
        Skipping::None => "",
    };
    match lang {
        Lang::En => format!(
            "Type what stands before your answer and press Enter. Several answers fit on one line: 0 0 1. b back, {skip}q leave (your answers are kept), ? help."
        ),
        Lang::ZhCn => {
            format!(
                "请输入答案前的编号，然后按回车。也可以一行连着答几题，例如：0 0 1。b 上一题，{skip}q 离开（已填的会保留），? 帮助。"
            )
        }
    }
}

/// Something that stands below a question.
pub(crate) fn hint(hint: &Hint, lang: Lang) -> String {
    match hint {
        Hint::SeveralOptions(first, last) => several(first, last, lang),
        Hint::OwnWords => own_words(lang).to_owned(),
        Hint::YesNoWords => yes_no_words(lang).to_owned(),
        Hint::Accepted(expected) => expected.sentence(lang),
        Hint::MaySkip => may_skip(lang).to_owned(),
    }
}

/// A question that can be skipped, where others cannot.
const fn may_skip(lang: Lang) -> &'static str {
    lang.pick("s skips this question.", "s 跳过这一题。")
}

/// What else means yes and no.
const fn yes_no_words(lang: Lang) -> &'static str {
    lang.pick("yes, no, y, n, 是, 否, 对, 不 work too.", "也可以输入：是、否、对、不、y、n。")
}

/// An open choice takes words.
const fn own_words(lang: Lang) -> &'static str {
    lang.pick("Or write your own answer in words.", "也可以用自己的话填写。")
}

/// A letter that is the letter of an option and a command.
pub(crate) fn answer_or_command(command: &str, key: &str, words: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "{command} could mean \"{words}\" or a command. Type {key} for the answer, or {command} once more for the \
             command."
        ),
        Lang::ZhCn => {
            format!(
                "{command}可能指“{words}”，也可能是命令。要选这个答案请输入{key}；要执行命令请再输入一次{command}。"
            )
        }
    }
}

/// All keys, as help.
pub(crate) fn all_keys(required: bool, lang: Lang) -> String {
    let skip = if required { "" } else { lang.pick("s skips this question. ", "s 跳过这一题。") };
    match lang {
        Lang::En => format!(
            "b goes back. {skip}q leaves; your answers are kept and you can go on later. To write one of these letters \
             as an answer, put \\ before it."
        ),
        Lang::ZhCn => format!(
            "b 回到上一题。{skip}q 离开，已填的会保留，以后可以接着填。要把这些字母当作答案，请在前面加\\。"
        ),
    }
}

/// Several options can be chosen.
fn several(first: &str, last: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Several are possible, for example: {first}, {last}"),
        Lang::ZhCn => format!("可以选几项，例如：{first}，{last}"),
    }
}

/// The answer that was given before.
pub(crate) fn so_far(answer: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Your answer so far: {answer}. Enter keeps it."),
        Lang::ZhCn => format!("您之前的回答：{answer}。按回车保留。"),
    }
}

/// A required question cannot be skipped.
pub(crate) const fn must_be_answered(lang: Lang) -> &'static str {
    lang.pick(
        "This question is needed and cannot be skipped. q leaves; your answers are kept.",
        "这一题必须回答，不能跳过。q 离开，已填的会保留。",
    )
}

/// Heading above the answers at the end.
pub(crate) const fn your_answers(lang: Lang) -> &'static str {
    lang.pick("Your answers:", "您的回答：")
}

/// In place of an answer.
pub(crate) const fn not_answered(lang: Lang) -> &'static str {
    lang.pick("-- not answered --", "—— 没有回答 ——")
}

/// What can be done at the end.
pub(crate) const fn save_or_change(outlast_leaving: bool, lang: Lang) -> &'static str {
    if outlast_leaving {
        lang.pick(
            "Enter saves. A number changes that answer. b goes back, q leaves for now (your answers are kept).",
            "按回车保存。输入编号可以修改那一项。b 上一题，q 先离开（已填的会保留）。",
        )
    } else {
        lang.pick(
            "A number changes that answer. Enter goes on with what is shown, q leaves and changes nothing.",
            "输入编号可以修改那一项。按回车以上面的内容继续，q 离开，不作任何改动。",
        )
    }
}

/// Begins the refusal of a line of several answers.
pub(crate) const fn line_not_taken(lang: Lang) -> &'static str {
    lang.pick("Nothing of this line was taken. ", "这一行都没有记下。")
}

/// One answer of a line is refused.
pub(crate) fn refused_in_line(n: usize, why: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Answer {n}: {why}"),
        Lang::ZhCn => format!("第{n}个回答：{why}"),
    }
}

/// A question that is not answered together with others.
pub(crate) fn own_line(n: usize, question: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!(
            "Answer {n} would be for \"{question}\", which needs a line of its own. Please type the line up to there."
        ),
        Lang::ZhCn => format!("第{n}个回答对应的问题“{question}”要单独答。请先只输入到它前面。"),
    }
}

/// More answers than questions.
pub(crate) fn too_many(left: usize, lang: Lang) -> String {
    match (left, lang) {
        (1, Lang::En) => "It has more answers than there are questions left: 1.".to_owned(),
        (left, Lang::En) => format!("It has more answers than there are questions left: {left}."),
        (left, Lang::ZhCn) => format!("回答比剩下的问题多，只剩{left}题。"),
    }
}
