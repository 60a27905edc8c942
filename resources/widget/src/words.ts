// Every sentence of the widget, in English and Spanish. {} is where a value goes.

export let language = "en"; // BCP 47, for dates and numbers
let spanish = false;

/** `tag` is a BCP 47 tag: Spanish for "es…", English for all others. */
export function speak(tag: string): void {
  spanish = /^es\b/i.test(tag);
  language = spanish ? "es" : "en";
  if (/^(es|en)-[a-z]{2}$/i.test(tag)) language = tag;
}

export type Words = (value?: string | number) => string;

const w =
  (english: string, castilian: string): Words =>
  (value = "") =>
    (spanish ? castilian : english).replace("{}", () => `${value}`);

export const open = w("Open chat", "Abrir el chat");
export const minimise = w("Minimise", "Minimizar");
export const more = w("More options", "Más opciones");
export const conversation = w("Conversation", "Conversación");
export const you = w("You", "Tú");
export const someone = w("Somebody", "Alguien");
export const newMessage = w("New message from {}", "Mensaje nuevo de {}");
export const latest = w("Latest messages", "Últimos mensajes");
// under the name
export const answers = w("{} is answering you", "{} te atiende");
export const here = w("We are online", "Estamos en línea");
export const away = w("We are not here right now", "Ahora mismo no estamos");
export const over = w("This chat has ended", "El chat ha terminado");
export const soon = w("We will be with you in a moment", "Enseguida te atendemos");
export const place = w("You are number {} in the queue", "Eres el {}.º de la cola");
// above and in the conversation
export const lost = w("We cannot connect right now. What you write is kept.", "No podemos conectar ahora. Lo que escribas se guarda.");
export const byMail = w("Write to us by mail", "Escríbenos por correo");
export const slow = w("It is taking longer than usual. We have your message and will answer you.", "Tardamos más de lo normal. Tenemos tu mensaje y te contestaremos.");
export const left = w("We have your message and will answer you by mail.", "Tenemos tu mensaje y te contestaremos por correo.");
export const greeting = w("Hello! How can we help you?", "¡Hola! ¿En qué podemos ayudarte?");
export const leave = w("We are not here right now. Leave us a message and we will answer you by mail.", "Ahora mismo no estamos. Déjanos un mensaje y te contestaremos por correo.");
export const typing = w("{} is typing…", "{} está escribiendo…");
export const sending = w("Sending…", "Enviando…");
export const delivered = w("Delivered", "Entregado");
export const seen = w("Delivered · seen", "Entregado · visto");
export const retry = w("Retry", "Reintentar");
export const discard = w("Discard", "Descartar");
// where the visitor writes
export const write = w("Write a message", "Escribe un mensaje");
export const send = w("Send", "Enviar");
export const attach = w("Attach files", "Adjuntar archivos");
export const emoji = w("Emoji", "Emojis");
export const spare = w("{} characters left", "Quedan {} caracteres");
export const dropHere = w("Drop files here", "Suelta aquí los archivos");
export const uploading = w("Uploading, {} %", "Subiendo, {} %");
export const tooBig = w("Larger than 10 MB", "Pesa más de 10 MB");
export const download = w("Download {}", "Descargar {}");
// the questions before
export const name = w("Your name", "Tu nombre");
export const email = w("Your e-mail address", "Tu correo");
export const message = w("Your message", "Tu mensaje");
export const check = w("Please check this", "Revisa este dato");
export const optional = w("optional", "opcional");
export const choose = w("Choose…", "Elige…");
// what else can be done
export const helping = w("Are we helping you?", "¿Te estamos ayudando?");
export const good = w("Yes", "Sí");
export const bad = w("No", "No");
export const comment = w("Thank you! Would you like to tell us more?", "¡Gracias! ¿Quieres contarnos algo más?");
export const transcript = w("Get this chat by mail", "Recibir el chat por correo");
export const mailed = w("We will mail it to {}", "Te lo enviaremos a {}");
export const sound = w("Sound", "Sonido");
export const end = w("End chat", "Terminar el chat");
export const endSure = w("End this chat?", "¿Terminar este chat?");
export const anew = w("Start a new chat", "Empezar otro chat");
export const close = w("Close", "Cerrar");

// what the desk refused, by its code
const problems: Record<string, Words> = {
  file_refused: w("A file was not accepted.", "No se ha aceptado un archivo."),
  transcript_limit: w("It was mailed already.", "Ya se ha enviado."),
  not_answered: w("It can be mailed once we have answered.", "Se podrá enviar cuando hayamos contestado."),
};
const failed = w("It did not work. Please try again.", "No ha funcionado. Inténtalo otra vez.");

export const problem = (code: string): string => (Object.hasOwn(problems, code) ? problems[code]! : failed)();
