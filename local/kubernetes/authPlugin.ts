import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localToken } from "./names";

/** Answers as Google's plugin does, in the version of the protocol that it is asked in, with the local token. */
const script = `#!/bin/sh
case "$KUBERNETES_EXEC_INFO" in
    *client.authentication.k8s.io/v1beta1*) version=v1beta1 ;;
    *) version=v1 ;;
esac
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/'$version'","status":{"token":"${localToken}"}}'
`;

/** Makes the `gke-gcloud-auth-plugin` of the local Google Cloud; returns the folder for the PATH of what asks for it. */
export function installAuthPlugin(engineHome: string): string {
    const folder = join(engineHome, "bin");
    const file = join(folder, "gke-gcloud-auth-plugin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, script);
    chmodSync(file, 0o755);
    return folder;
}
