import { exportTogether } from "../internal/arguments/reportTogether";

export type { AnyKmsKey, EncryptionKey } from "../component/encryption";
export {
    type ExistingKmsKey,
    type ExistingKmsKeyArgs,
    type KeyRotation,
    KmsKey,
    type KmsKeyArgs,
} from "./key";
export { KmsKeyHandle, type KmsKeyHandleArgs } from "./keyHandle";
export { type AnyKmsKeyRing, type ExistingKmsKeyRing, KmsKeyRing, type KmsKeyRingArgs } from "./keyRing";

exportTogether(module);
