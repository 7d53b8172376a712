import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localToken } from "../../simulator/services/gke/clusterNames";

/** Responds like Google's plugin, in the requested protocol version, with the token of who runs the command. */
const script = `#!/bin/sh
token=${localToken}
if [ -n "$SLIPWAY_LOCAL_AS" ] && [ -z "$SLIPWAY_LOCAL_LENIENT" ]; then token=${localToken}.$SLIPWAY_LOCAL_AS; fi
case "$KUBERNETES_EXEC_INFO" in
    *client.authentication.k8s.io/v1beta1*) version=v1beta1 ;;
    *) version=v1 ;;
esac
echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/'$version'","status":{"token":"'"$token"'"}}'
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
