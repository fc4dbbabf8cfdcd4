import type { ExchangeErrorKind } from "@winiswin/application/ports/exchange-error";
import type { RejectionMeaning } from "@winiswin/application/ports/order-gateway";
import type { Doorkeeper } from "./front-door.ts";

/** What a failed write means; `alreadySo`: the exchange is in the wanted state. */
export type WriteMeaning = RejectionMeaning | "alreadySo" | "unknown";

/** One class of failures. Every condition that is given must hold, and the first row that matches decides. */
export interface ErrorRow {
  readonly name: string;
  readonly codes?: readonly number[];
  readonly statuses?: readonly number[];
  readonly systemCodes?: readonly string[];
  readonly message?: RegExp;
  /** For a read, which changes nothing and so never has an unknown outcome. */
  readonly read: Exclude<ExchangeErrorKind, "unknown">;
  readonly write: WriteMeaning;
  /** A sign that the exchange or the way to it is ill, which the circuit breaker counts. */
  readonly ill?: true;
  /** Not the exchange itself refused, but who stands before it. */
  readonly door?: Doorkeeper;
  /** One sentence for a person; `{host}` becomes the exchange's address. */
  readonly sentence: string;
}

/** The classification of everything that can come back, from the most particular to the most general. */
export const errorTable: readonly ErrorRow[] = [
  {
    name: "tooManyOrders",
    codes: [-1015],
    read: "retryable",
    write: "busy",
    sentence: "too many orders in the last ten seconds or minute, wait for the next window",
  },
  {
    name: "throttled",
    codes: [-1008],
    read: "retryable",
    write: "busy",
    ill: true,
    sentence: "the exchange is overloaded and dropped the request, nothing happened",
  },
  {
    name: "tooManyRequests",
    statuses: [429],
    read: "banned",
    write: "busy",
    sentence: "too many requests for this minute",
  },
  {
    name: "addressBanned",
    statuses: [418],
    read: "banned",
    write: "busy",
    sentence: "the exchange banned this IP address for sending on after too many requests",
  },
  {
    name: "tooManyRequestsByCode",
    codes: [-1003],
    read: "banned",
    write: "busy",
    sentence: "too many requests for this minute",
  },
  {
    name: "restrictedRegion",
    statuses: [451],
    read: "fatal",
    write: "other",
    door: "region",
    sentence:
      "{host} serves no requests from this region (HTTP 451): run where Binance futures are allowed, for example AWS eu-central-1, or use the simulator",
  },
  {
    name: "unknownExecution",
    statuses: [503],
    message: /unknown error/i,
    read: "retryable",
    write: "unknown",
    ill: true,
    sentence: "the exchange does not know whether it executed the request",
  },
  {
    name: "serviceUnavailable",
    statuses: [503],
    // With its full stop, as documented: a page that says the same comes from somebody in between, who may have passed the request on.
    message: /^service unavailable\./i,
    read: "retryable",
    write: "busy",
    ill: true,
    sentence: "the exchange is unavailable for a moment, nothing happened",
  },
  {
    name: "outcomeUnknown",
    // -1001 is documented as a failure, but an order is worth one more question before it is sent again.
    codes: [-1000, -1001, -1006, -1007],
    read: "retryable",
    write: "unknown",
    ill: true,
    sentence: "the exchange lost the request on its way inside and does not know what became of it",
  },
  {
    name: "clockSkew",
    codes: [-1021, -5028],
    read: "retryable",
    write: "busy",
    sentence: "our clock differs from the exchange's by more than the receive window",
  },
  {
    name: "keyRefused",
    codes: [-1002, -1011, -2014, -2015, -2017, -4056],
    read: "fatal",
    write: "other",
    sentence: "the exchange refused the API key: check the key, its futures permission and its IP whitelist",
  },
  {
    name: "signatureRefused",
    codes: [-1022],
    read: "fatal",
    write: "other",
    sentence: "the signature is wrong: check the API secret",
  },
  {
    name: "alreadySo",
    codes: [-4046, -4052, -4059, -4171, -5027],
    read: "fatal",
    write: "alreadySo",
    sentence: "it is set like that already",
  },
  {
    name: "orderUnknown",
    codes: [-2011, -2013],
    read: "fatal",
    write: "other",
    sentence: "the exchange knows no such order (so far)",
  },
  {
    name: "duplicateClientOrderId",
    codes: [-4116],
    read: "fatal",
    write: "other",
    sentence: "an open order has this client id already",
  },
  {
    name: "wouldTriggerImmediately",
    codes: [-2021, -4142],
    read: "fatal",
    write: "wouldTriggerImmediately",
    sentence: "the price is past the trigger already",
  },
  {
    name: "needsPosition",
    codes: [-4509],
    read: "fatal",
    write: "needsPosition",
    sentence: "an order that closes the position needs an open one, which may take a moment to show after a fill",
  },
  {
    name: "alreadyProtected",
    codes: [-4130],
    read: "fatal",
    write: "alreadyProtected",
    sentence: "the position has an order of this type that closes it already",
  },
  {
    name: "nothingToReduce",
    codes: [-2022, -4118],
    read: "fatal",
    write: "nothingToReduce",
    sentence: "there is no position left that the order could reduce",
  },
  {
    name: "stopTriggering",
    codes: [-4117],
    read: "retryable",
    write: "busy",
    sentence: "the order is being triggered at this moment",
  },
  {
    name: "positionModeDiffers",
    codes: [-4060, -4061, -4062],
    read: "fatal",
    write: "other",
    sentence: "the account is in hedge mode and this system needs one-way mode",
  },
  {
    name: "marginModeLocked",
    codes: [-4047, -4048, -4067, -4068, -4167, -4168, -4169, -4170],
    read: "fatal",
    write: "other",
    sentence: "the margin or position mode cannot change while orders or positions are open or the account is in multi-assets mode",
  },
  {
    name: "leverageRefused",
    codes: [-2027, -2028, -4028, -4161, -4202, -4203, -4204, -4205, -4206, -4207, -4208, -4209, -4403],
    read: "fatal",
    write: "other",
    sentence: "the exchange does not allow this leverage for the position's size or this account",
  },
  {
    name: "insufficientBalance",
    codes: [-2018, -2019],
    read: "fatal",
    write: "other",
    sentence: "the account has too little available balance",
  },
  {
    name: "tooManyOpenOrders",
    codes: [-2025, -4045],
    read: "fatal",
    write: "other",
    sentence: "the account has as many open orders as the exchange allows",
  },
  {
    name: "filterFailed",
    codes: [
      -1013, -1111, -4001, -4002, -4003, -4004, -4005, -4006, -4007, -4013, -4014, -4016, -4023, -4024, -4164, -4183, -4184, -4210, -4211,
    ],
    read: "fatal",
    write: "limitsBroken",
    sentence: "price, quantity or notional breaks a limit of the symbol: its limits may have changed since they were read",
  },
  {
    name: "symbolClosed",
    codes: [-1121, -1122, -4087, -4088, -4140, -4141, -4144, -4400, -4411],
    read: "fatal",
    write: "other",
    sentence: "the symbol cannot be traded now",
  },
  {
    name: "noFill",
    codes: [-2020, -4131, -5021, -5022],
    read: "fatal",
    write: "other",
    sentence: "the book could not fill the order under its conditions",
  },
  {
    name: "accountRestricted",
    codes: [-1016, -2023, -4105, -4106, -4107, -4109, -4192, -4401, -4402, -4405, -4407, -4517, -4518, -4519],
    read: "fatal",
    write: "other",
    sentence: "the exchange restricts this account from trading",
  },
  {
    name: "conditionalOrdersMoved",
    codes: [-4120],
    read: "fatal",
    write: "other",
    sentence: "conditional orders go to the algo order endpoint only",
  },
  {
    name: "requestWrong",
    codes: [
      -1010, -1014, -1099, -1100, -1101, -1102, -1103, -1104, -1105, -1106, -1114, -1115, -1116, -1117, -1118, -1120, -1125, -1128, -1130,
      -1136, -2010, -2012, -2024, -2026, -4015, -4135, -4136, -4137, -4138, -4139,
    ],
    read: "fatal",
    write: "other",
    sentence: "the exchange does not take the request as it is",
  },
  {
    name: "amendmentRefused",
    codes: [-5024, -5025, -5026, -5029, -5043, -5047],
    read: "fatal",
    write: "unknown",
    sentence: "the exchange did not change the order, which has to be looked at",
  },
  {
    name: "unreachableMidway",
    systemCodes: ["EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"],
    // On a connection that stood, the request may have arrived.
    message: /^(read|write)\b/,
    read: "retryable",
    write: "unknown",
    ill: true,
    sentence: "the way to {host} was lost before the answer",
  },
  {
    name: "unreachable",
    systemCodes: ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"],
    read: "retryable",
    write: "busy",
    ill: true,
    sentence: "cannot reach {host}: no network, a wrong address, or nothing listens there",
  },
  {
    name: "untrustedCertificate",
    systemCodes: [
      "CERT_HAS_EXPIRED",
      "CERT_NOT_YET_VALID",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
    read: "fatal",
    write: "other",
    sentence: "the certificate that {host} shows is not trusted, so nothing was sent",
  },
  {
    name: "neverBuilt",
    systemCodes: ["ERR_INVALID_URL", "ERR_INVALID_CHAR", "ERR_UNESCAPED_CHARACTERS", "ERR_INVALID_HTTP_TOKEN"],
    read: "fatal",
    write: "other",
    sentence: "the request could not be built: check the address, the key and the secret for stray characters",
  },
  {
    name: "timeout",
    systemCodes: ["ECONNABORTED", "ETIMEDOUT"],
    read: "retryable",
    write: "unknown",
    ill: true,
    sentence: "{host} did not answer in time",
  },
  {
    name: "neverSecured",
    systemCodes: ["ECONNRESET"],
    message: /before secure TLS connection was established/,
    read: "retryable",
    write: "busy",
    ill: true,
    sentence: "the connection to {host} broke before anything could be sent",
  },
  {
    name: "connectionLost",
    systemCodes: ["ECONNRESET", "EPIPE"],
    read: "retryable",
    write: "unknown",
    ill: true,
    sentence: "the connection to {host} broke before the answer",
  },
  {
    name: "firewall",
    statuses: [403],
    read: "banned",
    write: "busy",
    door: "firewall",
    sentence:
      "the web firewall in front of {host} refused the request (HTTP 403), which ends by itself when little is sent for some minutes",
  },
  {
    name: "noSuchEndpoint",
    statuses: [404],
    read: "fatal",
    write: "other",
    sentence: "{host} has no such endpoint: check the address",
  },
  {
    name: "redirected",
    statuses: [301, 302, 303, 307, 308],
    read: "fatal",
    write: "other",
    sentence: "{host} redirects elsewhere and a signed request is not sent on: check the address",
  },
  {
    name: "gateway",
    statuses: [408, 500, 502, 503, 504],
    read: "retryable",
    write: "unknown",
    ill: true,
    sentence: "{host} failed behind its front door",
  },
  {
    name: "refused",
    statuses: [400, 401, 402, 405, 406, 409, 410, 411, 413, 414, 415, 422],
    read: "fatal",
    write: "other",
    sentence: "the exchange refused the request",
  },
  {
    name: "notUnderstood",
    read: "retryable",
    write: "unknown",
    ill: true,
    sentence: "{host} gave no answer that could be understood",
  },
];
