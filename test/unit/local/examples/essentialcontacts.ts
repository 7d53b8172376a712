import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

/** Contacts require a quota project. */
export const settings = { billingProject: "acme-dev", userProjectOverride: true };

export function prepare(world: World): void {
    world.enable("essentialcontacts");
}

const parent = "projects/acme-dev";

export const examples: Record<string, Inputs[]> = {
    "gcp:essentialcontacts/contact:Contact": [
        { parent, email: "ann@acme.com", languageTag: "en", notificationCategorySubscriptions: ["ALL"] },
        { parent, email: "bo@acme.com", languageTag: "de", notificationCategorySubscriptions: ["LEGAL", "SECURITY"] },
    ],
};
