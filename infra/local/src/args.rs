//! The command line of `registrar-local`.

use registrar_local::{Options, Ports};
use std::path::PathBuf;

/// Shown by `--help`.
pub(crate) const USAGE: &str = "\
registrar-local: the whole deployment on one machine, from its template

  --data <folder>      what is kept (.registrar)
  --template <file>    the SAM template (infra/template.yaml)
  --binaries <folder>  the compiled functions (beside this program)
  --port <number>      of the HTTP API; the others follow it: verifier, S3, simulators, DynamoDB, SQS, KMS,
                       Parameter Store (8787)
                       0 takes any free port for each
  --parameter <N=V>    a template parameter; may be repeated
  --ready-json         one JSON line with all addresses on standard output, nothing else
  --no-schedules       schedules do not fire by themselves
  --no-seed            no demo data
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) options: Options,
    pub(crate) ready_json: bool,
    pub(crate) seed: bool,
    pub(crate) help: bool,
}

/// Reads the arguments after the program's name.
pub(crate) fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Args, String> {
    let mut options = Options::new("infra/template.yaml", ".registrar");
    options.ports = Ports::FIXED;
    let mut args = Args {
        options,
        ready_json: false,
        seed: true,
        help: false,
    };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => {
                (name.to_owned(), Some(value.to_owned()))
            }
            _ => (argument, None),
        };
        let mut value = || {
            inline
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| format!("{name} needs a value"))
        };
        match name.as_str() {
            "--data" => args.options.data = PathBuf::from(value()?),
            "--template" => args.options.template = PathBuf::from(value()?),
            "--binaries" => args.options.binaries = PathBuf::from(value()?),
            "--port" => args.options.ports = ports(&value()?)?,
            "--parameter" => {
                let pair = value()?;
                let (key, value) = pair
                    .split_once('=')
                    .ok_or_else(|| format!("--parameter {pair}: Name=Value"))?;
                args.options
                    .parameters
                    .insert(key.to_owned(), value.to_owned());
            }
            "--ready-json" => args.ready_json = true,
            "--no-schedules" => args.options.schedules = false,
            "--no-seed" => args.seed = false,
            "--help" | "-h" => args.help = true,
            _ => return Err(format!("{name} is not understood; --help lists what is")),
        }
    }
    Ok(args)
}

fn ports(text: &str) -> Result<Ports, String> {
    let first: u16 = text
        .parse()
        .map_err(|_| format!("--port {text}: a number up to 65535"))?;
    if first == 0 {
        return Ok(Ports::default());
    }
    let port = |offset: u16| {
        first
            .checked_add(offset)
            .ok_or_else(|| format!("--port {text}: eight ports are needed"))
    };
    Ok(Ports {
        api: first,
        verify: port(1)?,
        s3: port(2)?,
        simulators: port(3)?,
        dynamodb: port(4)?,
        sqs: port(5)?,
        kms: port(6)?,
        ssm: port(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Args, String> {
        parse(arguments.iter().map(|argument| (*argument).to_owned()))
    }

    #[test]
    fn the_other_ports_follow_the_first() {
        let ports = parsed(&["--port", "9000"]).unwrap().options.ports;
        assert_eq!((ports.api, ports.verify, ports.ssm), (9000, 9001, 9007));
        let ports = parsed(&["--port=0"]).unwrap().options.ports;
        assert_eq!((ports.api, ports.sqs), (0, 0));
    }

    #[test]
    fn a_wrong_argument_is_named() {
        assert!(parsed(&["--prot", "1"]).unwrap_err().contains("--prot"));
        assert!(parsed(&["--data"]).unwrap_err().contains("--data"));
        assert!(
            parsed(&["--port", "65535"])
                .unwrap_err()
                .contains("eight ports")
        );
    }
}
