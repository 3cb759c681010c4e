//! Temporary.
#[test]
fn dump() {
    fn walk(c: &clap::Command, path: &str, out: &mut Vec<serde_json::Value>) {
        out.push(serde_json::json!({"path": path, "about": c.get_about().map(|s| s.to_string()), "long": c.get_long_about().map(|s| s.to_string()), "after": c.get_after_help().map(|s| s.to_string())}));
        for a in c.get_arguments() {
            out.push(serde_json::json!({"path": path, "arg": a.get_id().as_str(), "help": a.get_help().map(|s| s.to_string()), "long": a.get_long_help().map(|s| s.to_string()), "values": a.get_value_names().map(|v| v.iter().map(|s| s.to_string()).collect::<Vec<_>>()), "global": a.is_global_set(), "takes": a.get_action().takes_values()}));
        }
        for s in c.get_subcommands() {
            let below =
                if path.is_empty() { s.get_name().to_owned() } else { format!("{path} {}", s.get_name()) };
            walk(s, &below, out);
        }
    }
    let mut out = Vec::new();
    walk(&<crate::cli::Cli as clap::CommandFactory>::command(), "", &mut out);
    std::fs::write("/tmp/wt/texts_help.json", serde_json::to_string(&out).unwrap()).unwrap();
}
