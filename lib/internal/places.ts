import * as check from "./check";

/** Checks a region of Google Cloud. */
export const region = check.matching(/^[a-z]+-[a-z]+\d+$/, "must be a region such as europe-west1");

/** Checks a zone of Google Cloud. */
export const zone = check.matching(/^[a-z]+-[a-z]+\d+-[a-z]$/, "must be a zone such as europe-west1-b");
