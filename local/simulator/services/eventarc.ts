import type { Service } from "../rules/rules";
import { eventarcApi } from "./eventarc/events";
import { trigger } from "./eventarc/trigger";

export {
    makeTrigger,
    messageEvent,
    receivedEvents,
    removeTrigger,
    type TriggerRequest,
    transportTopic,
    triggerPath,
    verifyDelivery,
    verifyTrigger,
} from "./eventarc/events";

const service: Service = {
    titles: Object.fromEntries([eventarcApi]),
    methods: { eventarc: { operations: { "": "projects.locations.operations.get" } } },
    types: { "gcp:eventarc/trigger:Trigger": trigger },
};

export default service;
