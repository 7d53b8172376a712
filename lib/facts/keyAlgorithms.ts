import { facts } from "./facts";

/** What a key does: https://cloud.google.com/kms/docs/algorithms#key_purposes */
type Purpose =
    | "ENCRYPT_DECRYPT"
    | "RAW_ENCRYPT_DECRYPT"
    | "ASYMMETRIC_SIGN"
    | "ASYMMETRIC_DECRYPT"
    | "MAC"
    | "KEY_ENCAPSULATION";

interface Algorithm {
    /** The purpose of all keys with the algorithm. */
    purpose: Purpose;
    /** Whether only hardware security modules have it. */
    onlyHsm?: boolean;
}

/** The algorithms of keys that Cloud KMS itself has: not of external key managers. */
export const keyAlgorithms = facts<Algorithm>()({
    subject: "Algorithms of Cloud KMS",
    source: "https://cloud.google.com/kms/docs/reference/rest/v1/CryptoKeyVersionAlgorithm",
    checked: "2026-11-27",
    rows: {
        GOOGLE_SYMMETRIC_ENCRYPTION: { purpose: "ENCRYPT_DECRYPT" },
        AES_128_GCM: { purpose: "RAW_ENCRYPT_DECRYPT" },
        AES_256_GCM: { purpose: "RAW_ENCRYPT_DECRYPT" },
        AES_128_CBC: { purpose: "RAW_ENCRYPT_DECRYPT" },
        AES_256_CBC: { purpose: "RAW_ENCRYPT_DECRYPT" },
        AES_128_CTR: { purpose: "RAW_ENCRYPT_DECRYPT" },
        AES_256_CTR: { purpose: "RAW_ENCRYPT_DECRYPT" },
        RSA_SIGN_PSS_2048_SHA256: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_PSS_3072_SHA256: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_PSS_4096_SHA256: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_PSS_4096_SHA512: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_PKCS1_2048_SHA256: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_PKCS1_3072_SHA256: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_PKCS1_4096_SHA256: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_PKCS1_4096_SHA512: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_RAW_PKCS1_2048: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_RAW_PKCS1_3072: { purpose: "ASYMMETRIC_SIGN" },
        RSA_SIGN_RAW_PKCS1_4096: { purpose: "ASYMMETRIC_SIGN" },
        EC_SIGN_P256_SHA256: { purpose: "ASYMMETRIC_SIGN" },
        EC_SIGN_P384_SHA384: { purpose: "ASYMMETRIC_SIGN" },
        EC_SIGN_SECP256K1_SHA256: { purpose: "ASYMMETRIC_SIGN", onlyHsm: true },
        EC_SIGN_ED25519: { purpose: "ASYMMETRIC_SIGN" },
        PQ_SIGN_ML_DSA_44: { purpose: "ASYMMETRIC_SIGN" },
        PQ_SIGN_ML_DSA_65: { purpose: "ASYMMETRIC_SIGN" },
        PQ_SIGN_ML_DSA_87: { purpose: "ASYMMETRIC_SIGN" },
        PQ_SIGN_SLH_DSA_SHA2_128S: { purpose: "ASYMMETRIC_SIGN" },
        RSA_DECRYPT_OAEP_2048_SHA256: { purpose: "ASYMMETRIC_DECRYPT" },
        RSA_DECRYPT_OAEP_3072_SHA256: { purpose: "ASYMMETRIC_DECRYPT" },
        RSA_DECRYPT_OAEP_4096_SHA256: { purpose: "ASYMMETRIC_DECRYPT" },
        RSA_DECRYPT_OAEP_4096_SHA512: { purpose: "ASYMMETRIC_DECRYPT" },
        RSA_DECRYPT_OAEP_2048_SHA1: { purpose: "ASYMMETRIC_DECRYPT" },
        RSA_DECRYPT_OAEP_3072_SHA1: { purpose: "ASYMMETRIC_DECRYPT" },
        RSA_DECRYPT_OAEP_4096_SHA1: { purpose: "ASYMMETRIC_DECRYPT" },
        HMAC_SHA1: { purpose: "MAC" },
        HMAC_SHA224: { purpose: "MAC" },
        HMAC_SHA256: { purpose: "MAC" },
        HMAC_SHA384: { purpose: "MAC" },
        HMAC_SHA512: { purpose: "MAC" },
        ML_KEM_768: { purpose: "KEY_ENCAPSULATION" },
        ML_KEM_1024: { purpose: "KEY_ENCAPSULATION" },
        KEM_XWING: { purpose: "KEY_ENCAPSULATION" },
    },
});

export type KeyAlgorithm = keyof typeof keyAlgorithms.rows;
