import { addService } from "../../../emulator/grpc";
import type { Part, Serving } from "../../../emulator/serving";
import { accessVersion, authorizeAccess, secretsRest } from "./api";

export default ({ cloud, tokens }: Serving): Part => ({
    rest: [secretsRest(cloud, tokens)],
    grpc: (server) =>
        addService(server, "google.cloud.secretmanager.v1.SecretManagerService", {
            AccessSecretVersion: (request, _, authorization) => {
                authorizeAccess(cloud, tokens, authorization, request.name);
                const { name, data, checksum } = accessVersion(cloud, request.name);
                return { name, payload: { data, dataCrc32c: checksum } };
            },
        }),
});
