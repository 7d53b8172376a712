import * as pulumi from "@pulumi/pulumi";
import { Secret, ServerlessFunction } from "slipway";

const signing = new Secret("signing-key", { generate: { length: 64, rotation: "2026-03" } });
const partner = new Secret("partner-key", { external: true });

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { SIGNING_KEY: signing.reader },
});

export const add = pulumi.interpolate`gcloud secrets versions add ${partner.secret.secretId} --data-file=-`;
