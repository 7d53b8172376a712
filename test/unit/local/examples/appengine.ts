import type { Inputs } from "../../../../local/rules/rules";
import type { World } from "../world";

export function prepare(world: World): void {
    world.enable("appengine");
}

export const examples: Record<string, Inputs[]> = {
    "gcp:appengine/application:Application": [
        { locationId: "europe-west" },
        {
            locationId: "us-east1",
            databaseType: "CLOUD_DATASTORE_COMPATIBILITY",
            featureSettings: { splitHealthChecks: false },
            iap: { oauth2ClientId: "id", oauth2ClientSecret: "secret" },
        },
    ],
};
