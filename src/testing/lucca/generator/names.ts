/** First and last names by language, accents and particles included. Pairs are drawn at random: nobody is meant. */
export interface NameLists {
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly last: readonly string[];
  /** How often two first names are hyphenated, as in Marie-Claire. */
  readonly compound: number;
}

const words = (text: string): string[] => text.trim().split(/\s+/);
/** Names of several words: separated by commas. */
const phrases = (text: string): string[] => text.split(',').map((name) => name.replace(/\s+/g, ' ').trim());

const french: NameLists = {
  female: words(`
    Marie Camille Léa Chloé Manon Inès Zoé Hélène Céline Aurélie Émilie Mélanie Noémie Anaïs Maëlle Éloïse Françoise
    Geneviève Thérèse Joëlle Sophie Julie Laure Claire Nathalie Isabelle Sandrine Valérie Delphine Charlotte Pauline
    Mathilde Lucie Juliette Margaux Clémence Agathe Solène Gaëlle Maïwenn Océane Élodie Bénédicte Cécile Odile Sabine
    Florence Agnès Anne Louise Alice Jeanne Rose Adèle Fatima Samira Yasmina Awa Aïssatou Linh`),
  male: words(`
    Jean Pierre Louis Hugo Léo Théo Rémi Rémy François Jérôme Sébastien Frédéric Grégory Loïc Gaël Maël Raphaël Michaël
    Noël Joël André René Gérard Hervé Cédric Stéphane Benoît Étienne Éric Émile Félix Clément Thomas Nicolas Julien
    Antoine Guillaume Mathieu Matthieu Alexandre Maxime Quentin Baptiste Vincent Olivier Laurent Philippe Alain Bruno
    Didier Yann Erwan Malo Karim Mehdi Moussa Ibrahima Minh Samuel David`),
  last: phrases(`
    Martin, Bernard, Thomas, Petit, Robert, Richard, Durand, Dubois, Moreau, Laurent, Simon, Michel, Lefèvre, Leroy, Roux,
    David, Bertrand, Morel, Fournier, Girard, Bonnet, Dupont, Lambert, Fontaine, Rousseau, Vincent, Müller, Lefebvre,
    Faure, Mercier, Blanc, Guérin, Boyer, Garnier, Chevalier, François, Legrand, Gauthier, Garcia, Perrin, Robin, Clément,
    Morin, Nicolas, Henry, Roussel, Mathieu, Gautier, Masson, Marchand, Duval, Denis, Dumont, Lemaire, Noël, Meyer, Dufour,
    Meunier, Brun, Blanchard, Giraud, Joly, Rivière, Lucas, Brunet, Gaillard, Barbier, Arnaud, Martinez, Gérard, Roche,
    Renard, Schmitt, Roy, Leroux, Colin, Vidal, Caron, Picard, Roger, Fabre, Aubert, Lemoine, Renaud, Dumas, Lacroix,
    Olivier, Philippe, Bourgeois, Benoît, Rey, Leclerc, Payet, Rolland, Leclercq, Guillaume, Lecomte, Lopez, Jean, Dupuy,
    Guillot, Hubert, Berger, Carpentier, Sánchez, Dupuis, Moulin, Louis, Deschamps, Huet, Vasseur, Perez, Boucher, Fleury,
    Royer, Klein, Jacquet, Adam, Paris, Poirier, Marty, Aubry, Guyot, Carré, Charles, Renault, Charpentier, Ménard,
    Maillard, Baron, Bertin, Bailly, Hervé, Schneider, Fernández, Le Gall, Le Goff, Le Roux, Collet, Léger, Bouvier,
    Julien, Prévost, Millet, Perrot, Daniel, Cousin, Germain, Breton, Besson, Langlois, Rémy, Le Gloanec, de La Haye,
    de Brébisson, du Vallon, d'Arbois, d'Hervilly, des Essarts, de La Noë, de L'Étang, L'Hermite, N'Diaye, Benali,
    Ben Salah, El Amrani, Diallo, Traoré, Nguyễn, Trần, Lefèvre-Morel, Petit-Jean, Saint-Aubin, Beau, Coëtmeur, Kervella,
    Caradec, Etcheverry, Ibarra, Hirigoyen, Weiß, Grünewald, Œuvrard, Châtel, Çelik`),
  compound: 0.06,
};

const german: NameLists = {
  female: words(
    'Anna Lena Jutta Käthe Gisela Bärbel Mareike Anke Heike Sabine Ursula Petra Jana Katrin Lea Mia',
  ),
  male: words(
    'Jürgen Jörg Götz Björn Günther Klaus Stefan Matthias Andreas Lukas Jonas Felix Uwe Dieter Kai Sören',
  ),
  last: phrases(`
    Müller, Schmidt, Schneider, Fischer, Weber, Meyer, Wagner, Becker, Schulz, Hoffmann, Schäfer, Koch, Bauer, Richter,
    Klein, Wolf, Schröder, Neumann, Schwarz, Zimmermann, Braun, Krüger, Hofmann, Hartmann, Lange, Werner, Köhler, Böhm,
    Groß, Weiß, Jäger, von Berg, von Steinfeld, vom Bruch, zu Wiesen, Müller-Lüders, Strauß`),
  compound: 0.03,
};

const dutch: NameLists = {
  female: words('Anouk Femke Sanne Lotte Marieke Fleur Noor Roos Eva Julia Saskia Ingrid'),
  male: words('Daan Sem Bram Lars Wouter Jeroen Pieter Koen Maarten Joost Thijs Ruben'),
  last: phrases(`
    de Jong, Jansen, de Vries, van den Berg, van Dijk, Bakker, Visser, Smit, Meijer, de Boer, Mulder, de Groot, Bos, Vos,
    Peters, Hendriks, van Leeuwen, Dekker, Brouwer, de Wit, van der Meer, van 't Hoff, ten Brink, ter Horst, op den Kamp,
    Peeters, Janssens, Maes, Willems, Van Damme, Vandenberghe, De Smet`),
  compound: 0,
};

const spanish: NameLists = {
  female: words('María Lucía Sofía Begoña Ángeles Inés Rocío Nuria Carmen Pilar Elena Itziar'),
  male: words('José Álvaro Íñigo Andrés Jesús Óscar Raúl Iván Ramón Sergio Javier Martín'),
  last: phrases(`
    García López, Martínez Ruiz, Sánchez, Pérez, Gómez, Martín, Jiménez, Hernández, Díaz, Muñoz, Álvarez, Núñez, Peña,
    Ibáñez, Castaño, de la Fuente, del Río, de los Santos, San Román, Etxeberria, Puig i Soler`),
  compound: 0.02,
};

const italian: NameLists = {
  female: words('Giulia Chiara Francesca Elisa Martina Alessia Nicoletta Paola'),
  male: words('Luca Marco Niccolò Andrea Matteo Davide Giosuè Paolo'),
  last: phrases(`
    Rossi, Russo, Ferrari, Esposito, Bianchi, Romano, Colombo, Ricci, Marino, Greco, De Luca, Di Stefano, D'Angelo,
    Dell'Acqua, Lo Presti, La Rocca, Costa, Fontana`),
  compound: 0,
};

const portuguese: NameLists = {
  female: words('Inês Conceição Catarina Beatriz Mafalda Assunção Leonor Rita'),
  male: words('João Gonçalo Tiago Simão Duarte Estêvão Rui Luís'),
  last: phrases(`
    Silva, Santos, Ferreira, Pereira, Oliveira, Costa, Rodrigues, Gonçalves, Simões, Magalhães, Guimarães, da Silva,
    dos Santos, de Sousa, do Vale`),
  compound: 0,
};

const english: NameLists = {
  female: words('Olivia Amelia Isla Grace Siobhan Chloe Emma Hannah Zoe Niamh'),
  male: words('Oliver George Harry Jack Callum Sean Owen Rhys Liam Ewan'),
  last: phrases(`
    Smith, Jones, Taylor, Brown, Williams, Wilson, Johnson, Davies, Patel, O'Brien, O'Neill, McDonald, MacLeod,
    Fitzgerald, Smith-Jones, St John, Ó Dálaigh, Okafor, Singh, Khan`),
  compound: 0,
};

/** By the alpha-2 code of the country. */
export const NAMES: Readonly<Record<string, NameLists>> = {
  FR: french,
  BE: dutch,
  CH: german,
  DE: german,
  ES: spanish,
  IT: italian,
  PT: portuguese,
  NL: dutch,
  GB: english,
  CA: french,
};

export const FRENCH_NAMES = french;
