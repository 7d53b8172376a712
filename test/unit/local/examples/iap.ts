import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("iap", "appengine");
    world.make("Application", {
        locationId: "europe-west",
        iap: { enabled: true, oauth2ClientId: "client", oauth2ClientSecret: "secret" },
    });
    world.make("RunService", {
        name: "web",
        location: "europe-west1",
        deletionProtection: false,
        iapEnabled: true,
        template: { containers: [{ image: "europe-west1-docker.pkg.dev/acme-dev/images/app:1" }] },
    });
    world.enable("compute");
    world.make("BackendService", { name: "web", loadBalancingScheme: "EXTERNAL_MANAGED", iap: { enabled: true } });
    world.make("RegionBackendService", {
        name: "web",
        loadBalancingScheme: "INTERNAL_MANAGED",
        iap: { enabled: true },
    });
}

const role = "roles/iap.httpsResourceAccessor";

export const examples: Record<string, Inputs[]> = {
    ...policyExamples("gcp:iap/webTypeAppEngingIam", { appId: "acme-dev" }, role),
    ...policyExamples("gcp:iap/webCloudRunServiceIam", { location: "europe-west1", cloudRunServiceName: "web" }, role),
    ...policyExamples("gcp:iap/webBackendServiceIam", { webBackendService: "web" }, role),
    ...policyExamples(
        "gcp:iap/webRegionBackendServiceIam",
        { webRegionBackendService: "web", region: "europe-west1" },
        role,
    ),
};
