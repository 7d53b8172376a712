import { addService } from "../../emulator/grpc";
import type { Part, Serving } from "../../emulator/serving";
import { accessVersion, authorizeAccess, secretsRest } from "./api";

export default (serving: Serving): Part => ({
    rest: [secretsRest(serving)],
    grpc: (server) =>
        addService(server, "google.cloud.secretmanager.v1.SecretManagerService", {
            AccessSecretVersion: (request, _, { authorization, peer }) => {
                authorizeAccess(serving, { authorization, account: serving.access.accountOf(peer) }, request.name);
                const { name, data, checksum } = accessVersion(serving.cloud, request.name);
                return { name, payload: { data, dataCrc32c: checksum } };
            },
        }),
});
