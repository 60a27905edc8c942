"""Words for made-up mails: everyday Spanish and English of a shop's customers, ours, commonest first."""

SPANISH = """
de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ya o este
sí porque esta entre cuando muy sin sobre también me hasta hay donde quien desde todo nos durante
pedido hola gracias paquete envío tienda factura número fecha entrega dinero correo saludos producto
pago cuenta dirección teléfono talla color cambio devolución reembolso tarjeta compra precio semana
días ayer hoy mañana lunes martes miércoles jueves viernes sábado domingo llegar recibir enviar pedir
comprar pagar devolver cambiar esperar llamar escribir ayudar necesitar querer poder saber hacer tener
llegó recibí envié pedí compré pagué devolví cambié esperé llamé escribí ayudó necesito quiero puedo
podrían quisiera sería gustaría favor problema error roto rota defecto defectuoso mojado abierto
perdido retrasado equivocado incompleto falta faltan sobra caja bolsa etiqueta código seguimiento
mensajería transportista repartidor almacén ventana puerta portal piso calle avenida plaza ciudad
provincia código_postal vecino oficina recogida punto taller recambio pieza tornillo cable cargador
batería pantalla teclado ratón lámpara silla mesa armario estantería cortina alfombra cojín manta
sábana almohada toalla vajilla plato taza vaso cuchara tenedor cuchillo sartén olla cafetera tostadora
batidora plancha aspiradora ventilador calefactor radiador camiseta camisa pantalón vestido falda
chaqueta abrigo jersey zapato zapatilla bota sandalia calcetín gorra sombrero bufanda guante cinturón
bolso mochila maleta cartera reloj pulsera collar anillo pendiente gafas perfume crema jabón champú
juguete muñeca pelota puzle libro cuaderno lápiz bolígrafo regalo cumpleaños navidad reyes boda
verano invierno otoño primavera oferta descuento cupón promoción rebajas vale saldo importe total
impuesto transferencia recibo cargo duplicado banco contraseña usuario sesión página web aplicación
móvil ordenador foto imagen adjunto archivo documento garantía condiciones plazo horario cita reserva
disponible agotado existencias modelo marca medida peso largo ancho alto pequeño grande mediano azul
rojo verde negro blanco gris amarillo marrón rosa naranja algodón lana cuero madera metal vidrio
plástico urgente pronto todavía siempre nunca quizá además entonces aunque mientras después antes
nuevo viejo bueno malo mejor peor mismo otra otro cualquier ningún algún mucho poco bastante demasiado
amable atento paciencia disculpa molestia reclamación queja consulta pregunta respuesta duda solución
avión jamón corazón camión información atención situación dirección_nueva razón ocasión señora señor
"""

ENGLISH = """
the to and a of i you is in it for that on my we your this be have with not are was at as me if can but
from will so an or when has there please would order hello thanks parcel delivery shop invoice number
date money mail regards product payment account address phone size colour exchange return refund card
purchase price week days yesterday today tomorrow monday tuesday wednesday thursday friday saturday
sunday arrive receive send ask buy pay wait call write help need want know make arrived received sent
asked bought paid returned changed waited called wrote helped could should might problem mistake broken
faulty damaged wet open lost late wrong incomplete missing box bag label code tracking courier driver
warehouse window door flat street avenue square city county postcode neighbour office collection point
workshop spare part screw cable charger battery screen keyboard mouse lamp chair table wardrobe shelf
curtain carpet cushion blanket sheet pillow towel plate mug glass spoon fork knife pan pot kettle
toaster blender iron vacuum fan heater shirt trousers dress skirt jacket coat jumper shoe trainer boot
sandal sock cap hat scarf glove belt backpack suitcase wallet watch bracelet necklace ring earring
glasses perfume cream soap shampoo toy doll ball puzzle book notebook pencil pen gift birthday
christmas wedding summer winter autumn spring offer discount coupon promotion sale voucher balance
amount total tax transfer receipt charge duplicate bank password user session page website app mobile
computer photo picture attachment file document warranty terms deadline opening appointment booking
available sold_out stock model brand measure weight long wide tall small large medium blue red green
black white grey yellow brown pink orange cotton wool leather wood metal plastic urgent soon still
always never maybe besides then although while after before new old good bad better worse same another
any some much few enough too kind patient sorry trouble complaint enquiry question answer doubt
solution information attention situation reason occasion madam sir café résumé naïve
"""

FIRST_NAMES = """
María Carmen Ana Isabel Laura Cristina Marta Lucía Elena Sara Paula Raquel Pilar Mercedes Rosa Antonio
José Manuel Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro Pablo Ángel
Sergio Fernando Jorge Luis Alberto Álvaro Diego Adrián Iván Rubén Óscar Ramón Andrés Emma Olivia Amelia
Jack Harry Oliver George Noah Charlie Thomas Emily Sophie Grace Lily Chloe Aoife Seán Zoë Renée Íñigo
Begoña Núria Mònica Xavier Iker Ainhoa
"""

LAST_NAMES = """
García González Rodríguez Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández
Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez
Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Iglesias Núñez Medina
Garrido Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Márquez
Herrera Peña Flores Cabrera Campos Vega Fuentes Carrasco Díez Reyes Caballero Nieto Aguilar Pascual
Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White
Roberts Green Hall Wood Harris Clarke Jackson Turner Hill Cooper Ward Morris Moore Clark O'Brien Müller
"""

ORGANISATIONS = """
Talleres Ferretería Librería Panadería Clínica Academia Bodegas Transportes Muebles Imprenta Farmacia
Gestoría Hostal Viveros Peluquería
"""

SYLLABLES = """
ba be bo ca co cu da do fa fe ga go la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se so ta te
ti to va ve vi za
"""

TAGS = """
envío factura devolución garantía urgente mayorista prensa vip pedido-web tienda reclamación presupuesto
defecto duda cupón
"""
