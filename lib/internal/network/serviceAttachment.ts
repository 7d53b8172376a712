import * as check from "../arguments/check";

/** Checks the ID of a service attachment. */
export const serviceAttachment = check.input(
    check.matching(
        /^(https:\/\/www\.googleapis\.com\/compute\/v1\/)?projects\/[^/]+\/regions\/[^/]+\/serviceAttachments\/[^/]+$/,
        "must be a service attachment such as projects/acme-dev/regions/europe-west1/serviceAttachments/sales",
    ),
);
