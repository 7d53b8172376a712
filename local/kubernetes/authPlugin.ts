import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localToken } from "./names";

/** Responds like Google's plugin, in the requested protocol version, with the local token. */
const script = `#!/bin/sh
case "$KUBERNETES_EXEC_INFO" in
    *client.authentication.k8s.io/v1beta1*) version=v1beta1 ;;
    *) version=v1 ;;
esac
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/'$version'","status":{"token":"${localToken}"}}'
`;

/** Installs the local `gke-gcloud-auth-plugin`; returns its folder for PATH. */
export function installAuthPlugin(engineHome: string): string {
    const folder = join(engineHome, "bin");
    const file = join(folder, "gke-gcloud-auth-plugin");
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, script);
    chmodSync(file, 0o755);
    return folder;
}
