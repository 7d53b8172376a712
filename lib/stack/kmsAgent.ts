/**
 * The Cloud KMS service agent in the place of the one for external keys. A ServiceIdentity creates both, and returns the other one:
 * https://docs.cloud.google.com/kms/docs/enable-autokey
 */
export const kmsAgentIn = (text: string): string => text.replace("@gcp-sa-ekms.", "@gcp-sa-cloudkms.");
