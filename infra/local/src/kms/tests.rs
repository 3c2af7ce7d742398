use super::*;
use crate::template::{KmsKey, KmsSpec};
use data_encoding::BASE64;
use std::path::Path;

const SEAL: &str = "00000000-0000-8000-8000-000000000001";
const BADGES: &str = "00000000-0000-8000-8000-000000000002";
const SHORT: &str = "00000000-0000-8000-8000-000000000003";

fn keys(folder: &Path) -> Keys {
    let key = |id: &str, spec| KmsKey {
        id: id.to_owned(),
        arn: format!("arn:aws:kms:us-east-1:000000000000:key/{id}"),
        spec,
    };
    let declared = [
        key(SEAL, KmsSpec::Symmetric),
        key(BADGES, KmsSpec::Rsa(2048)),
        key(SHORT, KmsSpec::Ed25519),
    ];
    Keys::open(folder, &declared).unwrap()
}

fn text(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

fn refused(keys: &Keys, action: &str, request: &Json) -> &'static str {
    run(keys, action, request).unwrap_err().shape
}

#[test]
fn what_was_sealed_opens_in_its_own_context_only_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let context = json!({"certificate-key": "1"});
    let request = json!({"KeyId": SEAL, "Plaintext": text(b"seed"), "EncryptionContext": context});
    let sealed = run(&keys(folder.path()), "Encrypt", &request).unwrap();
    let blob = &sealed["CiphertextBlob"];
    let keys = keys(folder.path());
    let open = |context: Json| json!({"CiphertextBlob": blob, "EncryptionContext": context});
    let opened = run(&keys, "Decrypt", &open(context)).unwrap();
    assert_eq!(opened["Plaintext"], text(b"seed"));
    for other in [json!({"certificate-key": "2"}), json!({})] {
        let shape = refused(&keys, "Decrypt", &open(other));
        assert_eq!(shape, "InvalidCiphertextException");
    }
    let foreign = json!({"CiphertextBlob": text(&[7; 90])});
    assert_eq!(
        refused(&keys, "Decrypt", &foreign),
        "InvalidCiphertextException"
    );
}

#[test]
fn limits_and_usages_of_keys_are_those_of_kms() {
    let folder = tempfile::tempdir().unwrap();
    let keys = keys(folder.path());
    let sign = |key: &str, algorithm: &str, kind: &str, length: usize| json!({"KeyId": key, "Message": text(&vec![1; length]), "MessageType": kind, "SigningAlgorithm": algorithm});
    let (rsa, ed25519) = ("RSASSA_PKCS1_V1_5_SHA_256", "ED25519_SHA_512");
    assert!(run(&keys, "Sign", &sign(SHORT, ed25519, "RAW", 4096)).is_ok());
    for (request, shape) in [
        (sign(SHORT, ed25519, "RAW", 4097), "ValidationException"),
        (sign(SHORT, ed25519, "DIGEST", 64), "ValidationException"),
        (sign(SHORT, rsa, "RAW", 10), "InvalidKeyUsageException"),
        (sign(BADGES, rsa, "DIGEST", 31), "ValidationException"),
        (sign(SEAL, rsa, "DIGEST", 32), "InvalidKeyUsageException"),
        (sign("none", rsa, "DIGEST", 32), "NotFoundException"),
    ] {
        assert_eq!(refused(&keys, "Sign", &request), shape, "{request}");
    }
    let of_seal = json!({"KeyId": SEAL});
    assert_eq!(
        refused(&keys, "GetPublicKey", &of_seal),
        "InvalidKeyUsageException"
    );
    let unknown = refused(&keys, "ScheduleKeyDeletion", &of_seal);
    assert_eq!(unknown, "UnknownOperationException");
}

#[test]
fn only_the_owner_reads_the_keys() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    run(
        &keys(folder.path()),
        "GetPublicKey",
        &json!({"KeyId": SHORT}),
    )
    .unwrap();
    let file = std::fs::metadata(folder.path().join("kms.json")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
}
