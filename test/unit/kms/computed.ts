import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:kms/keyRing:KeyRing": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/keyRings/${name}`,
    }),
    "gcp:kms/keyHandle:KeyHandle": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/keyHandles/${name}`,
        kmsKey: `projects/acme-keys/locations/${location}/keyRings/autokey/cryptoKeys/123-service-1a2b3c4d`,
    }),
    "gcp:kms/cryptoKey:CryptoKey": ({ name, keyRing }) => ({ id: `${keyRing}/cryptoKeys/${name}` }),
};
