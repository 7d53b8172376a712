import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";

/** The {@link https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names name} of a topic or subscription. */
export const resourceName = check.nameOf(nameFormats.rows.pubSub);
