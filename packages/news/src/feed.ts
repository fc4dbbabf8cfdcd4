import { failed, type Result, succeeded } from "@winiswin/domain/result";
import * as z from "zod";
import { type Headline, plainText } from "./headline.ts";

const mostItems = 500;

const jsonFeed = z.object({
  items: z.array(
    z.object({
      title: z.string().optional(),
      content_text: z.string().optional(),
      date_published: z.string().optional(),
      date_modified: z.string().optional(),
    }),
  ),
});

/** The headlines of an RSS, Atom or JSON feed; items without a title or a date are left out, for nobody can tell when they were known. */
export function headlinesOf(text: string): Result<readonly Headline[], string> {
  const start = text.trimStart().slice(0, 1);
  if (start === "{") return ofJson(text);
  if (start === "<") return ofXml(text);
  return failed("the feed is neither RSS, Atom nor a JSON feed");
}

function ofJson(text: string): Result<readonly Headline[], string> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return failed("the feed is no valid JSON");
  }
  const parsed = jsonFeed.safeParse(content);
  if (!parsed.success) return failed("the feed has another shape than a JSON feed");
  const items = parsed.data.items.slice(0, mostItems);
  return succeeded(items.flatMap((item) => headline(item.title ?? item.content_text, item.date_published ?? item.date_modified)));
}

function ofXml(text: string): Result<readonly Headline[], string> {
  const isAtom = text.includes("<entry");
  if (!isAtom && !text.includes("<item") && !/<(rss|feed|rdf:RDF)[\s>]/.test(text)) return failed("the feed is neither RSS nor Atom");
  const [open, close] = isAtom ? ["<entry", "</entry>"] : ["<item", "</item>"];
  const headlines: Headline[] = [];
  let from = 0;
  for (let count = 0; count < mostItems; count++) {
    const start = text.indexOf(open, from);
    const end = start < 0 ? -1 : text.indexOf(close, start);
    if (end < 0) break;
    const item = text.slice(start, end);
    const published = element(item, "pubDate") ?? element(item, "dc:date") ?? element(item, "published") ?? element(item, "updated");
    headlines.push(...headline(element(item, "title"), published));
    from = end + close.length;
  }
  return succeeded(headlines);
}

/** The content of the first such element; by search, never by a pattern over the whole text, so that no input takes long. */
function element(item: string, name: string): string | undefined {
  const start = item.indexOf(`<${name}`);
  const opened = start < 0 ? -1 : item.indexOf(">", start);
  const end = opened < 0 ? -1 : item.indexOf(`</${name}>`, opened);
  if (end < 0) return undefined;
  const content = item.slice(opened + 1, end).trim();
  return content.startsWith("<![CDATA[") && content.endsWith("]]>") ? content.slice(9, -3) : content;
}

function headline(title: string | undefined, published: string | undefined): readonly Headline[] {
  const publishedAtMs = Date.parse(plainText(published ?? "", 60));
  const line = plainText(title ?? "");
  return line === "" || Number.isNaN(publishedAtMs) ? [] : [{ title: line, publishedAtMs }];
}
