//! A server that takes no more from this phone: `sync`, `today` and `status` say what is the matter, until it is over.

use diary_core::api::{self, Problem, ProblemCode};
use diary_core::text::Lang;
use diary_sync::transport::{Request, Response, Transport, TransportError};

use super::world::World;
use crate::Exit;

/// A server whose allowance for this phone is used up; nothing else of it answers.
struct Full;

impl Transport for Full {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        if request.path != api::PARCELS {
            return Err(TransportError::Offline);
        }
        let code = ProblemCode::AllowanceUsed;
        let problem = Problem { code, message: String::new(), retry_after_s: Some(3600) };
        Ok(Response {
            status: code.status(),
            content_type: Some(api::CBOR.to_owned()),
            retry_after_s: Some(3600),
            body: problem.to_bytes(),
        })
    }
}

#[test]
fn a_phone_whose_allowance_is_used_up_says_so_in_sync_today_and_status_and_what_to_do() {
    let english = "The hospital's server takes no more from this phone for now: it has stored as much as one phone may. \
                   Nothing is lost: everything is saved on this phone. Please tell the study team; they can see it and \
                   allow more, and what waits here can then be sent.";
    let chinese = "研究中心的服务器暂时不再接收这部手机的内容：已存满一部手机允许的份额。没有丢失任何内容，全部保存在本机。\
                   请告诉研究人员，他们可以看到并放宽份额，之后就能发送。";
    for (lang, told) in [(Lang::EN, english), (Lang::ZH_CN, chinese)] {
        let world = World::joined(lang);
        world.run_over(&["note", "good"], "", || Full);
        let synced = world.run_over(&["sync"], "", || Full);
        assert_eq!(synced.exit, Exit::NotSent, "{}", synced.err);
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let same = |text: &str| flat(text).replace(' ', "").contains(&flat(told).replace(' ', ""));
        assert!(same(&synced.out), "{}", synced.out);
        for command in ["today", "status"] {
            let said = world.run(command, "");
            assert!(same(&said.out), "{command}: {}", said.out);
        }
        assert_eq!(world.run("today --json", "").document()["trouble"], "allowance-used");
    }
}
