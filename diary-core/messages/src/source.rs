//! Messages of one Fluent file with the variables that each needs. Read by the build and by the check alike.

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Resource};

/// A message, or an attribute of one.
pub(crate) struct Declared {
    /// `id`, or `id.attribute`.
    pub(crate) id: String,
    /// Variables in order of first appearance, those of referenced messages included.
    pub(crate) variables: Vec<String>,
}

/// Reads the messages of a file.
///
/// # Errors
///
/// Describes what Fluent cannot read.
pub(crate) fn declared(source: &str) -> Result<Vec<Declared>, String> {
    let resource = fluent_syntax::parser::parse(source).map_err(|(_, errors)| {
        let lines = |at: usize| source.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1;
        let errors = errors.into_iter().map(|error| format!("line {}: {error}", lines(error.pos.start)));
        errors.collect::<Vec<_>>().join("; ")
    })?;
    let mut found = Vec::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else { continue };
        let attributes = message.attributes.iter();
        let attributes = attributes.map(|one| (format!("{}.{}", message.id.name, one.id.name), &one.value));
        let value = message.value.iter().map(|value| (message.id.name.to_owned(), value));
        for (id, pattern) in value.chain(attributes) {
            let mut scope = Scope { resource: &resource, variables: Vec::new(), followed: Vec::new() };
            scope.pattern(pattern);
            found.push(Declared { id, variables: scope.variables });
        }
    }
    Ok(found)
}

struct Scope<'r, 's> {
    resource: &'r Resource<&'s str>,
    variables: Vec<String>,
    followed: Vec<&'s str>,
}

impl<'r, 's> Scope<'r, 's> {
    fn pattern(&mut self, pattern: &'r Pattern<&'s str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &'r Expression<&'s str>) {
        match expression {
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
            Expression::Inline(inline) => self.inline(inline),
        }
    }

    fn inline(&mut self, inline: &'r InlineExpression<&'s str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                if !self.variables.iter().any(|known| known == id.name) {
                    self.variables.push(id.name.to_owned());
                }
            }
            InlineExpression::FunctionReference { arguments, .. } => {
                for argument in &arguments.positional {
                    self.inline(argument);
                }
            }
            InlineExpression::MessageReference { id, .. } => self.follow(id.name),
            InlineExpression::Placeable { expression } => self.expression(expression),
            // A term sees the arguments that it is given, never those of the message.
            InlineExpression::TermReference { .. }
            | InlineExpression::StringLiteral { .. }
            | InlineExpression::NumberLiteral { .. } => {}
        }
    }

    /// Adds the variables of another message, once: messages that refer to each other end here.
    fn follow(&mut self, id: &'s str) {
        if self.followed.contains(&id) {
            return;
        }
        self.followed.push(id);
        let resource = self.resource;
        for entry in &resource.body {
            if let Entry::Message(message) = entry
                && message.id.name == id
                && let Some(value) = &message.value
            {
                self.pattern(value);
            }
        }
    }
}
