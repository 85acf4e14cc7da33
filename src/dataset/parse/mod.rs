//! Lines become facts: values are read, references are looked up, and what cannot be is a fault.

mod clusters;
pub(super) mod criteria;
mod figures;
mod organizations;
mod parser;
mod participations;
mod programmes;
mod sources;

pub(super) use self::parser::Parser;
use super::facts::Part;

impl Parser<'_> {
    /// Reads a part of the package into `facts`, and notes every fault of its lines. Its tables go.
    pub(super) fn read(&mut self, part: Part) {
        match part {
            Part::Sources => self.sources(),
            Part::Organizations => self.organizations(),
            Part::Names => self.names_and_identifiers(),
            Part::Sites => self.sites(),
            Part::Activities => self.activities(),
            Part::Attributes => self.attributes(),
            Part::Clusters => self.clusters(),
            Part::Figures => {
                self.programmes();
                self.figures();
            }
            Part::Participations => {
                self.periods();
                self.referrals();
                if let Some((file, text)) = self.package.criteria.take() {
                    criteria::parse(&file, &text, self);
                    self.facts.criteria_file = Some(file);
                }
                self.facts.settle();
            }
        }
    }
}
