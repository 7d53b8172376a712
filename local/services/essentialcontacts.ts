import { GoogleError } from "../cloud/errors";
import { digits } from "../cloud/ids";
import { requireQuotaProject } from "../rules/quotaProject";
import { type Inputs, oneOf, type Service, type TypeRules } from "../rules/rules";

const api = "essentialcontacts.googleapis.com";
const title = "Essential Contacts API";

const projectOf = ({ parent }: Inputs) => /^projects\/(.+)$/.exec(parent)?.[1] ?? "";
const path = ({ parent, email }: Inputs) => `${parent}/contacts/${digits(`contact ${parent} ${email}`, 19)}`;

const contact: TypeRules = {
    noun: "Contact",
    generatedNoun: "EssentialContactsContact",
    project: projectOf,
    id: path,
    name: (inputs) => `//${api}/${path(inputs)}`,
    validators: {
        notificationCategorySubscriptions: oneOf(
            "notification_category_subscriptions",
            "ALL",
            "BILLING",
            "LEGAL",
            "PRODUCT_UPDATES",
            "SECURITY",
            "SUSPENSION",
            "TECHNICAL",
            "TECHNICAL_INCIDENTS",
        ),
    },
    alreadyExists: () => new GoogleError(409, "Requested entity already exists"),
    verify: ({ email }, context) => {
        requireQuotaProject(api, title, context);
        if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
            throw new GoogleError(400, "Request contains an invalid argument.");
        }
    },
    state: (inputs) => ({ name: path(inputs) }),
};

const service: Service = { titles: { [api]: title }, types: { "gcp:essentialcontacts/contact:Contact": contact } };

export default service;
